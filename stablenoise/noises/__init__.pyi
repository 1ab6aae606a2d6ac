from . import common as common, independent as independent, isotropic as isotropic
