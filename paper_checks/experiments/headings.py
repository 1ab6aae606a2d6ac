"""Titles of statements that are checked on several data sets."""

DATA = {
    "": "digits",
    "cifar10": "CIFAR-10",
    "digits": "digits",
    "ecg5000": "ECG5000",
    "ecg5000-shuffled": "shuffled ECG5000",
    "fashion": "Fashion-MNIST",
    "mnist": "MNIST",
}  # by what ids end with


def title_on(finding: str, id: str) -> str:
    """A title that says what was found and on which data.

    Parameters
    ----------
    finding : str
        What was found, in 42 characters at most.
    id : str
        Id of the claim, such as "P1-11a-mnist"; without a data set it is on digits.

    Returns
    -------
    str

    Examples
    --------
    >>> title_on("Smaller index, more columns pruned", "P1-11a-mnist")
    'Smaller index, more columns pruned: MNIST'

    """
    data = id.split("-", 2)[2:]
    return f"{finding}: {DATA[data[0] if data else '']}"
