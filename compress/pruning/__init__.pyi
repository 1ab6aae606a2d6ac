from . import (
    column as column,
    dead_unit as dead_unit,
    filter as filter,
    magnitude as magnitude,
    random as random,
    sap as sap,
    singular_value as singular_value,
)
