// The network: a list of layers, each of which makes an array of numbers of another one.
// A map of c channels, h rows and w columns is an array of c·h·w numbers in this order.

class Network {
  constructor(model) {
    this.model = model;
    this.copies = model.copies.map((grid) => decoded(grid));
    let shape = [1, ...model.image];
    this.layers = model.layers.map((layer) => {
      const ready = { ...layer, input: shape };
      for (const name of ["weight", "bias", "factor", "shift"]) {
        if (layer[name]) ready[name] = decoded(layer[name]);
      }
      shape = layer.output;
      return ready;
    });
  }

  // Returns the probabilities of the classes, and what the first layer makes of the image.
  // `pixels` are as in the training images: one row of them.
  predict(pixels) {
    const { mean, scale, image, endOfFirst } = this.model;
    const input = Float64Array.from(pixels, (pixel) => (pixel - mean) / scale);
    const first = this.run(input, 0, endOfFirst);
    const scores = Float64Array.from(this.run(first, endOfFirst, this.layers.length));
    for (const grid of this.copies) {
      const copy = this.run(resampled(input, image, grid), 0, this.layers.length);
      copy.forEach((score, index) => (scores[index] += score));
    }
    const factor = 1 / (1 + this.copies.length) / this.model.temperature;
    const logits = scores.map((score) => score * factor);
    const shape = endOfFirst ? this.layers[endOfFirst - 1].output : [1, ...image];
    return {
      probabilities: PROBABILITIES[this.model.probabilities](logits),
      first: { values: first, shape },
    };
  }

  run(values, start, stop) {
    for (let index = start; index < stop; index++) {
      const layer = this.layers[index];
      values = LAYERS[layer.kind](layer, values);
    }
    return values;
  }
}

const LAYERS = {
  dense({ weight, bias, output: [nUnits] }, input) {
    const result = new Float64Array(nUnits);
    weightedSums(weight, bias, input, { start: 0, stop: nUnits }, result, 0, 1);
    return result;
  },

  convolution(layer, input) {
    const { weight, bias, kernel, stride, dilation, groups, padding } = layer;
    const [nMaps, rows, columns] = layer.output;
    // with a rim of zeros nothing must be asked in the loops
    const sides = [0, 1].map((axis) =>
      Math.max(
        layer.input[1 + axis] + padding[axis],
        (layer.output[1 + axis] - 1) * stride[axis] + (kernel[axis] - 1) * dilation[axis] + 1,
      ),
    );
    const padded = withRim(input, layer.input, padding, sides);
    const plane = sides[0] * sides[1];
    const nInputs = layer.input[0] / groups;
    // where the pixels of a patch are, from the first one on
    const places = new Int32Array(nInputs * kernel[0] * kernel[1]);
    for (let channel = 0, k = 0; channel < nInputs; channel++) {
      for (let y = 0; y < kernel[0]; y++) {
        for (let x = 0; x < kernel[1]; x++) {
          places[k++] = channel * plane + y * dilation[0] * sides[1] + x * dilation[1];
        }
      }
    }
    const patch = new Float64Array(places.length);
    const size = rows * columns;
    const result = new Float64Array(nMaps * size);
    for (let group = 0; group < groups; group++) {
      const maps = { start: (group * nMaps) / groups, stop: ((group + 1) * nMaps) / groups };
      for (let row = 0, at = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++, at++) {
          const corner = group * nInputs * plane + row * stride[0] * sides[1] + column * stride[1];
          for (let k = 0; k < places.length; k++) patch[k] = padded[corner + places[k]];
          weightedSums(weight, bias, patch, maps, result, at, size);
        }
      }
    }
    return result;
  },

  // a normalisation that is not part of another layer
  scaling({ factor, shift }, input) {
    const size = input.length / factor.length;
    return input.map((value, index) => {
      const channel = Math.floor(index / size);
      return value * factor[channel] + shift[channel];
    });
  },

  max_pooling(layer, input) {
    return pooled(layer, input, layer.dilation, (values) => Math.max(...values));
  },

  average_pooling(layer, input) {
    const size = layer.kernel[0] * layer.kernel[1];
    return pooled(layer, input, [1, 1], (values) => {
      const sum = values.reduce((total, value) => total + value, 0);
      return sum / (layer.counts_padding ? size : values.length);
    });
  },

  adaptive_average_pooling({ input: [, height, width], output: [channels, rows, columns] }, input) {
    const result = new Float64Array(channels * rows * columns);
    for (let channel = 0, at = 0; channel < channels; channel++) {
      for (let row = 0; row < rows; row++) {
        const [top, bottom] = part(row, rows, height);
        for (let column = 0; column < columns; column++) {
          const [left, right] = part(column, columns, width);
          let sum = 0;
          for (let y = top; y < bottom; y++) {
            for (let x = left; x < right; x++) sum += input[(channel * height + y) * width + x];
          }
          result[at++] = sum / ((bottom - top) * (right - left));
        }
      }
    }
    return result;
  },

  transposition({ input: shape, axes, output }, input) {
    const steps = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
    const result = new Float64Array(input.length);
    for (let at = 0; at < input.length; at++) {
      let rest = at;
      let from = 0;
      for (let axis = axes.length - 1; axis >= 0; axis--) {
        from += (rest % output[axis]) * steps[axes[axis]];
        rest = Math.floor(rest / output[axis]);
      }
      result[at] = input[from];
    }
    return result;
  },

  activation(layer, input) {
    return ACTIVATIONS[layer.name](input, layer);
  },
};

const ACTIVATIONS = {
  relu: (values) => values.map((x) => (x > 0 ? x : 0)),
  leaky_relu: (values, { negative_slope }) => values.map((x) => (x > 0 ? x : x * negative_slope)),
  elu: (values, { alpha, scale, input_scale }) =>
    values.map((x) => scale * (x > 0 ? x : alpha * Math.expm1(x * input_scale))),
  hardtanh: (values, { min_val, max_val }) =>
    values.map((x) => Math.min(Math.max(x, min_val), max_val)),
  sigmoid: (values) => values.map(sigmoid),
  silu: (values) => values.map((x) => x * sigmoid(x)),
  tanh: (values) => values.map(Math.tanh),
  gelu: (values, { approximate }) =>
    values.map((x) =>
      approximate === "tanh"
        ? (x / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))
        : (x / 2) * (1 + errorFunction(x / Math.SQRT2)),
    ),
  log_softmax: (values) => softmax(values).map(Math.log),
};

// What makes probabilities of the last layer.
const PROBABILITIES = {
  softmax,
  // a single number stands for two classes
  sigmoid: ([logit]) => [sigmoid(-logit), sigmoid(logit)],
  // the nearest numbers that are not negative and add up to 1: for the squared error
  nearest(values) {
    const descending = Float64Array.from(values).sort().reverse();
    let sum = 0;
    let tau = 0;
    descending.forEach((value, index) => {
      sum += value;
      const candidate = (sum - 1) / (index + 1);
      if (value > candidate) tau = candidate;
    });
    return Array.from(values, (value) => Math.max(value - tau, 0));
  },
};

function softmax(values) {
  const largest = Math.max(...values);
  const powers = Array.from(values, (value) => Math.exp(value - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

function sigmoid(x) {
  return 1 / (1 + Math.exp(-x));
}

function errorFunction(x) {
  if (Math.abs(x) > 6) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

// Puts the sums of some outputs into `result`, from the place `at` on, each a `step` further.
// Nearly all of the time is spent here. Four at a time take half of it, because each input is
// fetched once for four.
function weightedSums(weight, bias, inputs, { start, stop }, result, at, step) {
  const size = inputs.length;
  let unit = start;
  for (; unit + 4 <= stop; unit += 4) {
    const row0 = unit * size;
    const row1 = row0 + size;
    const row2 = row1 + size;
    const row3 = row2 + size;
    let [sum0, sum1, sum2, sum3] = bias.subarray(unit, unit + 4);
    for (let k = 0; k < size; k++) {
      const input = inputs[k];
      sum0 += weight[row0 + k] * input;
      sum1 += weight[row1 + k] * input;
      sum2 += weight[row2 + k] * input;
      sum3 += weight[row3 + k] * input;
    }
    result[at + unit * step] = sum0;
    result[at + (unit + 1) * step] = sum1;
    result[at + (unit + 2) * step] = sum2;
    result[at + (unit + 3) * step] = sum3;
  }
  for (; unit < stop; unit++) {
    let sum = bias[unit];
    for (let k = 0; k < size; k++) sum += weight[unit * size + k] * inputs[k];
    result[at + unit * step] = sum;
  }
}

// Returns maps in the top left of larger ones, but for the padding.
function withRim(input, [channels, height, width], [top, left], [rows, columns]) {
  const result = new Float64Array(channels * rows * columns);
  for (let channel = 0; channel < channels; channel++) {
    for (let row = 0; row < height; row++) {
      const from = (channel * height + row) * width;
      const to = (channel * rows + top + row) * columns + left;
      result.set(input.subarray(from, from + width), to);
    }
  }
  return result;
}

// Returns what a function makes of the values in each window; what is outside does not count.
function pooled({ input: [, height, width], output, kernel, stride, padding }, input, dilation, of) {
  const [channels, rows, columns] = output;
  const result = new Float64Array(channels * rows * columns);
  const window = [];
  for (let channel = 0, at = 0; channel < channels; channel++) {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        window.length = 0;
        for (let i = 0; i < kernel[0]; i++) {
          const y = row * stride[0] - padding[0] + i * dilation[0];
          if (y < 0 || y >= height) continue;
          for (let j = 0; j < kernel[1]; j++) {
            const x = column * stride[1] - padding[1] + j * dilation[1];
            if (x >= 0 && x < width) window.push(input[(channel * height + y) * width + x]);
          }
        }
        result[at++] = of(window);
      }
    }
  }
  return result;
}

// Returns where a part of a side begins and ends; parts may overlap by a pixel.
function part(index, nParts, side) {
  return [Math.floor((index * side) / nParts), Math.ceil(((index + 1) * side) / nParts)];
}

// Returns an image whose pixels come from where a grid says, in between four others.
// The grid's coordinates are x and y, from -1 to 1; outside, the border goes on.
function resampled(image, [height, width], grid) {
  return image.map((_, index) => {
    const x = inside(((grid[2 * index] + 1) * width - 1) / 2, width);
    const y = inside(((grid[2 * index + 1] + 1) * height - 1) / 2, height);
    const left = Math.floor(x);
    const top = Math.floor(y);
    const right = Math.min(left + 1, width - 1);
    const bottom = Math.min(top + 1, height - 1);
    const [dx, dy] = [x - left, y - top];
    return (
      (1 - dy) * ((1 - dx) * image[top * width + left] + dx * image[top * width + right]) +
      dy * ((1 - dx) * image[bottom * width + left] + dx * image[bottom * width + right])
    );
  });
}

function inside(place, side) {
  return Math.min(Math.max(place, 0), side - 1);
}

// Returns the numbers of an array that was written as text: rows of whole numbers of three bytes,
// each row with a factor.
function decoded({ factors, data }) {
  const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
  const result = new Float64Array(bytes.length / 3);
  const perRow = result.length / factors.length;
  for (let index = 0; index < result.length; index++) {
    const at = 3 * index;
    // the shifts take the sign of the highest byte along
    const whole = ((bytes[at] << 8) | (bytes[at + 1] << 16) | (bytes[at + 2] << 24)) >> 8;
    result[index] = whole * factors[Math.floor(index / perRow)];
  }
  return result;
}
