"""Assignments of a class: drawn from the cohort's key, released, collected, graded and given back."""
