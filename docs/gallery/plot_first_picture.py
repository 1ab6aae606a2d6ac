"""
Densities of three laws
=======================

A first picture.
"""

import matplotlib.pyplot as plt
import numpy as np

from stablenoise import Stable

x = np.linspace(-6, 6, 401)
for alpha in (1.0, 1.5, 2.0):
    plt.plot(x, Stable(alpha).pdf(x), label=f"alpha = {alpha}")
plt.xlabel("x")
plt.ylabel("density")
plt.legend()
plt.show()
