"""The nbgrader course of a class. `make assignment` copies this file into the folder of each class."""

c = get_config()

c.CourseDirectory.course_id = "promise-and-practice"
# A cell that runs longer is stopped, and the rest of the notebook still runs.
c.ExecutePreprocessor.timeout = 60
c.ExecutePreprocessor.interrupt_on_timeout = True
c.ClearSolutions.code_stub = {"python": "# Your answer here\nraise NotImplementedError()"}
c.ClearSolutions.text_stub = "*Your answer here.*"
