"""What a store holds, row by row, with every bit that `flowsweep export` prints."""
import csv


class Rows:
    """The committed rows of an exported table: {id: (result, wall seconds)}. Doubles have 17 digits, so equal texts are equal bits;
    the wall time tells a row that was kept from one that was run again."""

    def __init__(self, table):
        rows = list(csv.DictReader(table.splitlines()))
        self.points = len(rows)
        self.columns = {row["id"]: row for row in rows if row["status"] != "not-run"}  # {id: {column: text}}
        self.committed = {name: (tuple(v for k, v in row.items() if k != "wall_seconds"), row["wall_seconds"])
                          for name, row in self.columns.items()}

    def __len__(self):
        return len(self.committed)

    def partial(self):
        return 0 < len(self) < self.points

    def lost_in(self, later, exempt=frozenset()):
        """Ids of rows that `later` does not hold as they were: absent, or run again."""
        return [name for name, row in self.committed.items() if name not in exempt and later.committed.get(name) != row]

    def wrong_against(self, reference):
        """Ids of rows whose result is not the reference's."""
        return [name for name, (result, _) in self.committed.items()
                if name not in reference.committed or reference.committed[name][0] != result]
