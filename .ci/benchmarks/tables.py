"""Pieces of Markdown tables."""


def megabytes(number):
    """Returns a number of bytes in MB, with one decimal."""
    return f"{number / 1e6:.1f}"


def mebibytes(number):
    """Returns a number of bytes in MiB, without decimals."""
    return f"{number / 2**20:.0f} MiB"


def row(*cells):
    """Returns a row of a table."""
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def rule(numbers):
    """Returns the row below the heading: a column of text, then columns of numbers."""
    return row("---", *["---:"] * numbers)


def yes(holds):
    """Returns a cell that says whether a check holds, and makes a failure visible."""
    return "yes" if holds else "**NO**"
