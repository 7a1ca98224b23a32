"""Agreement of two coders: percentage and Cohen's kappa, field by field."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd


def paired(first: pd.DataFrame, second: pd.DataFrame, key: str, field: str) -> pd.DataFrame:
    """Return `first` and `second`, the codes of one field for the cases that both coders have, by `key`.

    An empty cell is a code of its own, "(empty)".

    Raises
    ------
    ValueError
        If a case stands twice in a coding, the codings share no case, or one lacks the field.
    """
    for name, coding in (("first", first), ("second", second)):
        for column in (key, field):
            if column not in coding:
                raise ValueError(
                    f"{name} coding: no field {column!r}; there are: {', '.join(coding.columns)}"
                )
        twice = coding[key][coding[key].duplicated()]
        if len(twice):
            raise ValueError(f"{name} coding: case {twice.iloc[0]!r} stands twice")
    both = first[[key, field]].merge(second[[key, field]], on=key, suffixes=("_first", "_second"))
    if both.empty:
        raise ValueError(f"the codings share no case in {key!r}")
    both = both.set_index(key).astype("object")
    both.columns = pd.Index(["first", "second"])
    return both.where(both.notna(), "(empty)")


def agreement(first: pd.DataFrame, second: pd.DataFrame, key: str, fields: Sequence[str]) -> pd.DataFrame:
    """Return how far two codings agree: `field`, `n`, `same`, `share` (0 to 1), `kappa`; a row a field.

    Raises
    ------
    ValueError
        As `paired`.

    Notes
    -----
    Cohen's kappa [cohen1960]_ by statsmodels: agreement beyond what the two coders' own totals would give by chance,
    1 for full agreement and 0 for chance. Where both use one code only it is undefined and comes back missing.

    .. [cohen1960] J. Cohen, "A coefficient of agreement for nominal scales",
       Educational and Psychological Measurement 20 (1960), 37-46.
    """
    from statsmodels.stats.inter_rater import cohens_kappa

    rows = []
    for field in fields:
        both = paired(first, second, key, field)
        codes = sorted(set(both["first"]) | set(both["second"]))
        table = pd.crosstab(both["first"], both["second"]).reindex(index=codes, columns=codes, fill_value=0)
        same = int((both["first"] == both["second"]).sum())
        kappa = (
            float(cohens_kappa(table.to_numpy(), return_results=False)) if len(codes) > 1 else float("nan")
        )
        rows.append({"field": field, "n": len(both), "same": same, "share": same / len(both), "kappa": kappa})
    return pd.DataFrame(rows)


def disagreements(first: pd.DataFrame, second: pd.DataFrame, key: str, fields: Sequence[str]) -> pd.DataFrame:
    """Return every case and field on which two codings differ: `key`, `field`, `first`, `second`."""
    parts = []
    for field in fields:
        both = paired(first, second, key, field)
        parts.append(both[both["first"] != both["second"]].reset_index().assign(field=field))
    return pd.concat(parts)[[key, "field", "first", "second"]].sort_values([key, "field"], ignore_index=True)
