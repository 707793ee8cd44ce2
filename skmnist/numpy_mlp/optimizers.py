"""The optimisers: how a gradient becomes a step.

``step(parameters, gradient)`` changes an array of parameters, of any shape, in place. Use one
optimiser for one array only, because it remembers earlier gradients.
"""

import numpy as np

from skmnist._storable import storable


@storable
class SGD:
    r"""Stochastic gradient descent: each step goes against the gradient.

    .. math:: \theta \leftarrow \theta - \eta g

    Parameters
    ----------
    learning_rate : float, default=0.01
        :math:`\eta`.

    Examples
    --------
    >>> import numpy as np
    >>> from skmnist.numpy_mlp import SGD
    >>> parameters = np.array([1.0, 2.0])
    >>> SGD(learning_rate=0.5).step(parameters, gradient=np.array([1.0, -2.0]))
    >>> parameters
    array([0.5, 3. ])
    """

    def __init__(self, learning_rate=0.01):
        self.learning_rate = learning_rate

    def step(self, parameters, gradient):
        """Change the parameters in place.

        Parameters
        ----------
        parameters, gradient : ndarray of the same shape
        """
        parameters -= self.learning_rate * gradient


@storable
class Momentum:
    r"""Gradient descent with momentum [1]_: each step keeps part of the one before.

    .. math:: v \leftarrow \mu v + g \qquad \theta \leftarrow \theta - \eta v

    At the start :math:`v = 0`. If the gradient is constant, the steps grow to
    :math:`1 / (1 - \mu)` times the steps of plain descent.

    Parameters
    ----------
    learning_rate : float, default=0.01
        :math:`\eta`.
    momentum : float, default=0.9
        :math:`\mu`, from 0 to less than 1.

    Attributes
    ----------
    velocity : ndarray like the parameters, or None
        :math:`v`. None before the first step.

    References
    ----------
    .. [1] B. T. Polyak, "Some methods of speeding up the convergence of iteration methods",
       USSR Computational Mathematics and Mathematical Physics 4(5), 1964.

    Examples
    --------
    >>> import numpy as np
    >>> from skmnist.numpy_mlp import Momentum
    >>> optimizer = Momentum(learning_rate=1.0, momentum=0.5)
    >>> parameters = np.array([0.0])
    >>> for _ in range(3):
    ...     optimizer.step(parameters, gradient=np.array([1.0]))
    ...     print(parameters)
    [-1.]
    [-2.5]
    [-4.25]
    """

    def __init__(self, learning_rate=0.01, momentum=0.9):
        self.learning_rate = learning_rate
        self.momentum = momentum
        self.velocity = None

    def step(self, parameters, gradient):
        """Change the parameters in place.

        Parameters
        ----------
        parameters, gradient : ndarray of the same shape
        """
        if self.velocity is None:
            self.velocity = np.zeros_like(parameters)
        self.velocity *= self.momentum
        self.velocity += gradient
        parameters -= self.learning_rate * self.velocity


@storable
class Adam:
    r"""Adam [1]_: the step has about the same length for each parameter.

    .. math:: m \leftarrow \beta_1 m + (1 - \beta_1) g \qquad
              v \leftarrow \beta_2 v + (1 - \beta_2) g^2

    These are running means of the gradient and of its square. They start at zero, so they are
    too small in the first steps t = 1, 2, ... Dividing them by :math:`1 - \beta^t` corrects
    this. The step is

    .. math:: \theta \leftarrow \theta - \eta \,
              \frac{m / (1 - \beta_1^t)}{\sqrt{v / (1 - \beta_2^t)} + \epsilon}

    Parameters
    ----------
    learning_rate : float, default=0.001
        :math:`\eta`.
    beta_1, beta_2 : float, default=0.9 and 0.999
        Share of the running means that is kept in each step.
    epsilon : float, default=1e-8
        Keeps the step finite if the gradient is zero.

    Attributes
    ----------
    mean, mean_square : ndarray like the parameters, or None
        :math:`m` and :math:`v`. None before the first step.
    n_steps : int
        :math:`t`.

    References
    ----------
    .. [1] D. P. Kingma and J. Ba, "Adam: a method for stochastic optimization", 2014,
       arXiv:1412.6980.

    Examples
    --------
    The first step has the length of the learning rate, however long the gradient is:

    >>> import numpy as np
    >>> from skmnist.numpy_mlp import Adam
    >>> parameters = np.array([0.0, 0.0])
    >>> Adam(learning_rate=0.1).step(parameters, gradient=np.array([1000.0, -0.001]))
    >>> parameters.round(4)
    array([-0.1,  0.1])
    """

    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-8):
        self.learning_rate = learning_rate
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.mean = None
        self.mean_square = None
        self.n_steps = 0

    def step(self, parameters, gradient):
        """Change the parameters in place.

        Parameters
        ----------
        parameters, gradient : ndarray of the same shape
        """
        if self.mean is None:
            self.mean = np.zeros_like(parameters)
            self.mean_square = np.zeros_like(parameters)
        self.n_steps += 1
        # in place: six times as fast as the formulas with an array for each term
        work = gradient * (1 - self.beta_1)
        self.mean *= self.beta_1
        self.mean += work

        np.multiply(gradient, gradient, out=work)
        work *= 1 - self.beta_2
        self.mean_square *= self.beta_2
        self.mean_square += work

        # √(v / c) + ε = (√v + ε √c) / √c
        correction = np.sqrt(1 - self.beta_2**self.n_steps).item()
        np.sqrt(self.mean_square, out=work)
        work += self.epsilon * correction
        np.divide(self.mean, work, out=work)
        work *= self.learning_rate * correction / (1 - self.beta_1**self.n_steps)
        parameters -= work


#: What the strings accepted as ``optimizer`` stand for.
OPTIMIZERS = {"sgd": SGD, "momentum": Momentum, "adam": Adam}
