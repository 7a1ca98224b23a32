"""nbgrader on a hub where every student is a user of the operating system of her own.

Copy it to /etc/jupyter/nbgrader_config.py on the hub's machine. The exchange folder must exist, owned by root,
mode 0777 without the right to list what students hand in, which nbgrader sets by itself inside it.
"""

import os
import pwd
from pathlib import Path

from nbgrader.exchange.default import ExchangeCollect

c = get_config()  # noqa: F821  nbgrader gives it

c.CourseDirectory.course_id = "promise-and-practice"
c.Exchange.root = os.environ.get("NBGRADER_EXCHANGE", "/srv/nbgrader/exchange")
c.Exchange.path_includes_course = False

# A submission that hangs or floods must not hold up the class.
c.ExecutePreprocessor.timeout = 60
c.ExecutePreprocessor.interrupt_on_timeout = True


class OwnedCollect(ExchangeCollect):
    """Collect only what the student whom a submission names put there herself, and nothing that holds a link.

    nbgrader takes the student from the name of the folder and only warns when another user owns it, so that one
    student can hand in for another. It also follows links when it collects, with the instructor's rights, so that a
    link in a submission could bring another student's work into the feedback of the one who planted it.
    """

    def _refusal(self, record):
        """Return why a submission is refused, or an empty text."""
        folder = Path(self.inbound_path) / record["filename"]
        found = [folder, *folder.rglob("*")]
        if links := [one for one in found if one.is_symlink()]:
            return f"it holds a link, {links[0].name}"
        try:
            owners = {pwd.getpwuid(one.stat().st_uid).pw_name for one in found}
        except KeyError as error:
            return f"nobody on this machine owns it ({error})"
        others = owners - {record["username"]}
        return f"it is of {', '.join(sorted(others))}" if others else ""

    def _sort_by_timestamp(self, records):
        sound = [record for record in records if not self._refusal(record)]
        return super()._sort_by_timestamp(sound or records)

    def init_src(self):
        """Find what to collect, and say what was refused."""
        super().init_src()
        kept = []
        for path in sorted(Path(self.inbound_path).glob(f"*+{self.coursedir.assignment_id}+*")):
            record = self._path_to_record(str(path))
            if why := self._refusal(record):
                self.log.error("Refused: the submission of %s, %s: %s", record["username"], path.name, why)
        for record in self.src_records:
            if not self._refusal(record):
                kept.append(record)
        self.src_records = kept


c.ExchangeFactory.collect = OwnedCollect
