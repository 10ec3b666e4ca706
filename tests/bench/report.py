"""How figures are shown: tables of plain text, and whether what was asked is reached."""


class Table:
    """The first column to the left, the others to the right."""

    def __init__(self, *head):
        self.rows = [head]

    def row(self, *cells):
        self.rows.append(cells)

    def __str__(self):
        widths = [max(map(len, column)) for column in zip(*self.rows)]
        rows = ["  ".join(map(str.rjust, row, widths)) for row in self.rows]
        rows = [row[0].ljust(widths[0]) + line[widths[0] :] for row, line in zip(self.rows, rows)]
        rows.insert(1, "-" * len(rows[0]))
        return "\n".join(rows) + "\n"


def ms(seconds):
    value = seconds * 1000
    return f"{value:,.0f} ms" if value >= 100 else f"{value:.1f} ms" if value >= 1 else f"{value:.3f} ms"


def ratio(name, over, under, at_most=None, at_least=None):
    """A ratio and whether it is what was asked: a row of `verdicts`."""
    found = over / under
    reached = found <= at_most if at_most is not None else found >= at_least
    wanted = f"≤ {at_most}" if at_most is not None else f"≥ {at_least}"
    return name, f"{found:.2f}", wanted, reached


def verdicts(rows):
    """What was asked, what was found, and « yes » or « no »: for people to read, nothing fails on it."""
    table = Table("asked", "found", "wanted", "reached")
    for name, found, wanted, reached in rows:
        table.row(name, found, wanted, "yes" if reached else "no")
    return table
