"""Tensors of torch as arrays."""


def as_array(data):
    """Return a tensor of torch as a NumPy array, and anything else as it is.

    Torch is not imported, so that the NumPy classifier takes tensors too, and loads no torch.

    Parameters
    ----------
    data : torch.Tensor or object
        A tensor may be on any device, and may require a gradient.
    """
    if not hasattr(data, "detach"):
        return data
    data = data.detach().cpu()
    # NumPy has no such type
    return (data.float() if str(data.dtype) == "torch.bfloat16" else data).numpy()
