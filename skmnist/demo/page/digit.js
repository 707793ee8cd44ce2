// From a drawing to an image in MNIST's form: the digit fills a box (20×20 pixels of 28×28), and
// its centre of mass is in the middle.
//
// A drawing is a list of strokes, a stroke is a list of points [x, y]. The paper is 1 wide.

// how wide the pen is
const PEN = 0.075;

// what pens of MNIST's digits are like, in twentieths of the box
const NARROWEST = 2.2;
const WIDEST = 4;

// a pixel of the image is the mean of so many by so many
const FINE = 8;

// Returns rows of grey values from 0 to 255, or null if nothing is drawn.
function digitImage(strokes, { image: [height, width], box }) {
  if (!strokes.length) return null;
  const { rows, columns, ink } = boxed(strokes, box);
  const strong = ink.filter((value) => value > 0.5 * Math.max(...ink)).sort();
  const full = quantile(strong, 0.75);
  const clear = ink.map((value) => {
    const share = Math.min(value / full, 1);
    return share < 0.02 ? 0 : share;
  });
  return centred(clear, rows, columns, height, width);
}

// Returns the ink of the digit alone, as large as the box.
function boxed(strokes, box) {
  const points = strokes.flat();
  const ends = [0, 1].map((axis) => {
    const values = points.map((point) => point[axis]);
    return [Math.min(...values), Math.max(...values)];
  });
  const [extentX, extentY] = ends.map(([low, high]) => high - low);
  const pen = penWidth(Math.max(extentX, extentY));
  const scale = Math.min(box[0] / (extentY + pen), box[1] / (extentX + pen));
  const rows = Math.max(1, Math.round((extentY + pen) * scale));
  const columns = Math.max(1, Math.round((extentX + pen) * scale));
  const canvas = document.createElement("canvas");
  canvas.width = columns * FINE;
  canvas.height = rows * FINE;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.scale(canvas.width / (extentX + pen), canvas.height / (extentY + pen));
  context.translate(pen / 2 - ends[0][0], pen / 2 - ends[1][0]);
  drawStrokes(context, strokes, pen);
  const fine = context.getImageData(0, 0, canvas.width, canvas.height).data;
  const ink = new Float64Array(rows * columns);
  for (let y = 0; y < canvas.height; y++) {
    for (let x = 0; x < canvas.width; x++) {
      const at = Math.floor(y / FINE) * columns + Math.floor(x / FINE);
      ink[at] += fine[4 * (y * canvas.width + x) + 3] / (255 * FINE * FINE);
    }
  }
  return { rows, columns, ink };
}

// Returns the width of the pen for a drawing of some extent: a small digit of a wide pen would be
// a blot, and a large one of a narrow pen a thread.
function penWidth(extent) {
  const widthFor = (twentieths) => (twentieths * extent) / (20 - twentieths);
  if (extent < PEN) return PEN;
  return Math.min(Math.max(PEN, widthFor(NARROWEST)), widthFor(WIDEST));
}

function drawStrokes(context, strokes, pen) {
  context.lineWidth = pen;
  context.lineCap = context.lineJoin = "round";
  for (const [start, ...rest] of strokes) {
    context.beginPath();
    context.moveTo(...start);
    // a dot is a line to where it begins
    for (const point of rest.length ? rest : [start]) context.lineTo(...point);
    context.stroke();
  }
}

// Puts a digit into an image, as near to its centre of mass as there is room.
function centred(ink, rows, columns, height, width) {
  let mass = 0;
  let massY = 0;
  let massX = 0;
  ink.forEach((value, index) => {
    mass += value;
    massY += value * Math.floor(index / columns);
    massX += value * (index % columns);
  });
  const top = Math.min(Math.max(Math.round(height / 2 - massY / mass), 0), height - rows);
  const left = Math.min(Math.max(Math.round(width / 2 - massX / mass), 0), width - columns);
  const image = new Uint8ClampedArray(height * width);
  ink.forEach((value, index) => {
    const row = top + Math.floor(index / columns);
    image[row * width + left + (index % columns)] = Math.round(255 * value);
  });
  return image;
}

// Returns a quantile of sorted numbers, between two of them if need be, as NumPy does.
function quantile(sorted, share) {
  const place = share * (sorted.length - 1);
  const low = Math.floor(place);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low] + (place - low) * (sorted[high] - sorted[low]);
}
