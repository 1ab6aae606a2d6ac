from .estimators import estimator as estimator
from .findings import Finding as Finding
from .reports import EstimatorReport as EstimatorReport
