// What the page does: it shows what the network makes of the drawing, and keeps the drawings that
// are named.

const model = JSON.parse(document.getElementById("model").textContent);
const network = new Network(model);
const { classes } = model;

// a label that is less probable is given as unsure
const UNSURE_BELOW = 0.65;

// more classes are not shown at a time
const MOST_BARS = 12;

const element = (id) => document.getElementById(id);

// What the network makes of the drawing; null if the paper is empty.
let reading = null;

// The drawings with a label. Like the strokes on the paper, they are a new array after each change,
// so that what was there before can be shown again.
let kept = [];
const past = [];

// what is in a file already
let saved = kept;

// how large the maps of the first layer are
let mapSize;

const paper = new Paper(element("paper"), {
  onStart: remember,
  onChange: updateSoon,
});

// -- reading

// on the scale of the pixels that the network was trained on
function inUnits(pixel) {
  return model.pixelMin + (pixel * (model.pixelMax - model.pixelMin)) / 255;
}

function read(strokes) {
  const pixels = digitImage(strokes, model);
  if (!pixels) return null;
  const { probabilities, first } = network.predict(Float64Array.from(pixels, inUnits));
  const best = probabilities.indexOf(Math.max(...probabilities));
  return { pixels, probabilities, first, best };
}

let frame = 0;

function updateSoon() {
  // the network may take longer than a pen takes from point to point
  frame ||= requestAnimationFrame(update);
}

function update() {
  cancelAnimationFrame(frame);
  frame = 0;
  reading = read(paper.strokes);
  showAnswer();
  showBars();
  showImage(element("image"), reading?.pixels, model.image);
  showMaps(reading?.first);
  element("undo").disabled = !past.length;
  element("clear").disabled = !reading;
  for (const button of element("names").children) button.disabled = !reading;
}

function showAnswer() {
  const label = reading ? classes[reading.best] : "";
  const probability = reading?.probabilities[reading.best] ?? 0;
  const isUnsure = probability < UNSURE_BELOW;
  element("label").textContent = label;
  element("label").classList.toggle("long", label.length > 3);
  const sure = `${percent(probability)}${isUnsure ? ", unsure" : " sure"}`;
  element("sure").textContent = reading ? sure : "Draw on the paper.";
  speak(reading ? `${label}, ${sure}` : "The paper is empty.");
}

let speaking = 0;

// Tells a screen reader, but only when the pen has come to rest.
function speak(text) {
  clearTimeout(speaking);
  speaking = setTimeout(() => {
    if (element("spoken").textContent !== text) element("spoken").textContent = text;
  }, 600);
}

function showBars() {
  const probabilities = reading?.probabilities ?? classes.map(() => 0);
  let shown = classes.map((_, index) => index);
  if (shown.length > MOST_BARS) {
    shown.sort((one, other) => probabilities[other] - probabilities[one]);
    shown = shown.slice(0, MOST_BARS);
  }
  [...element("bars").rows].forEach((row, at) => {
    const index = shown[at];
    const [name, bar, number] = row.cells;
    name.textContent = classes[index];
    bar.firstChild.firstChild.style.transform = `scaleX(${probabilities[index]})`;
    number.textContent = reading ? percent(probabilities[index]) : "";
    row.classList.toggle("best", index === reading?.best);
  });
}

function percent(probability) {
  return `${(100 * probability).toFixed(1)}%`;
}

// -- pictures

function showImage(canvas, pixels, [height, width]) {
  // light ink on black, as the network has it
  paint(canvas, height, width, (index) => Array(3).fill(pixels ? pixels[index] : 0));
}

function showMaps(first) {
  const values = first?.values.map(Math.abs) ?? [];
  const largest = values.reduce((one, other) => Math.max(one, other), 0) || 1;
  [...element("maps").children].forEach((canvas, map) => {
    const { rows, columns } = mapSize;
    // units may not fill their last row
    paint(canvas, rows, columns, (index) =>
      mapColour((first?.values[map * rows * columns + index] ?? 0) / largest),
    );
  });
}

// Returns the size of a map. Units that are in no map are shown as one, as square as may be.
function sizeOfMap(shape) {
  if (shape.length === 3) return { rows: shape[1], columns: shape[2] };
  const columns = Math.ceil(Math.sqrt(shape[0]));
  return { rows: Math.ceil(shape[0] / columns), columns };
}

// Returns blue for what is positive, orange for what is negative, the lighter the more.
// The power makes little things visible.
function mapColour(share) {
  const [from, to] = [[16, 24, 38], share < 0 ? [255, 190, 120] : [150, 205, 255]];
  const amount = Math.abs(share) ** 0.75;
  return from.map((value, at) => value + (to[at] - value) * amount);
}

function paint(canvas, rows, columns, colour) {
  if (canvas.width !== columns || canvas.height !== rows) {
    canvas.width = columns;
    canvas.height = rows;
  }
  const context = canvas.getContext("2d");
  const picture = context.createImageData(columns, rows);
  for (let index = 0; index < rows * columns; index++) {
    picture.data.set([...colour(index), 255], 4 * index);
  }
  context.putImageData(picture, 0, 0);
}

// -- the test set

function remember() {
  past.push({ strokes: paper.strokes, kept });
}

function restore() {
  const last = past.pop();
  if (!last) return;
  kept = last.kept;
  paper.show(last.strokes);
  update();
  showKept();
}

function clear() {
  if (!paper.strokes.length) return;
  remember();
  paper.show([]);
  update();
}

function keep(label) {
  update();
  if (!reading) return;
  remember();
  kept = [...kept, { label, read: classes[reading.best], pixels: reading.pixels }];
  paper.show([]);
  update();
  showKept();
}

function remove(drawing) {
  remember();
  kept = kept.filter((other) => other !== drawing);
  update();
  showKept();
}

function showKept() {
  const right = kept.filter((drawing) => drawing.label === drawing.read).length;
  element("score").textContent = kept.length
    ? `${right} of ${kept.length} read as you meant. Press a drawing to remove it.`
    : "It is empty.";
  element("save").disabled = !kept.length;
  element("kept").replaceChildren(...kept.map(keptItem));
}

function keptItem(drawing) {
  const { label, read } = drawing;
  const isRight = label === read;
  const item = document.createElement("li");
  const button = document.createElement("button");
  const canvas = document.createElement("canvas");
  const text = document.createElement("span");
  showImage(canvas, drawing.pixels, model.image);
  canvas.setAttribute("aria-hidden", "true");
  text.textContent = isRight ? label : `${label}, not ${read}`;
  text.classList.toggle("wrong", !isRight);
  button.type = "button";
  button.setAttribute("aria-label", `Remove: ${label}, read as ${read}`);
  button.append(canvas, text);
  button.addEventListener("click", () => remove(drawing));
  item.append(button);
  return item;
}

function csv() {
  const head = ["label", ...Array.from(kept[0].pixels, (_, index) => `pixel${index}`)];
  const rows = kept.map(({ label, pixels }) => [
    cell(label),
    ...Array.from(pixels, inUnits),
  ]);
  return [head, ...rows].map((row) => `${row.join(",")}\n`).join("");
}

function cell(text) {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function save() {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([csv()], { type: "text/csv" }));
  link.download = "drawings.csv";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  saved = kept;
}

// -- the beginning

function build() {
  const nParameters = model.parameters.toLocaleString("en");
  element("about").textContent =
    `A network of ${nParameters} parameters (${model.estimator}) reads it while you draw.`;
  for (const label of classes) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    button.addEventListener("click", () => keep(label));
    element("names").append(button);
  }
  for (let bar = 0; bar < Math.min(classes.length, MOST_BARS); bar++) {
    const row = element("bars").insertRow();
    const head = document.createElement("th");
    head.scope = "row";
    row.append(head);
    row.insertCell().innerHTML = '<div class="bar"><div></div></div>';
    row.insertCell();
  }
  const [height, width] = model.image;
  element("image").setAttribute("aria-label", `The drawing as ${height}×${width} pixels`);
  element("image-caption").textContent = `${height}×${width} pixels`;
  const { shape } = network.predict(new Float64Array(height * width)).first;
  const isMaps = shape.length === 3;
  mapSize = sizeOfMap(shape);
  const text = `the ${shape[0]} ${isMaps ? "maps" : "units"} of the first layer`;
  element("maps").setAttribute("aria-label", `What the network makes of it: ${text}`);
  element("maps").classList.toggle("units", !isMaps);
  element("maps-caption").textContent = text.replace("the", "The");
  for (let map = 0; map < (isMaps ? shape[0] : 1); map++) {
    element("maps").append(document.createElement("canvas"));
  }
  const key = classes.find(isKey);
  if (key) element("keys").textContent = `, and a key such as ${key} says what it was`;
}

function isKey(label) {
  return label.length === 1;
}

document.addEventListener("keydown", (event) => {
  const { key } = event;
  const isCommand = event.ctrlKey || event.metaKey;
  if (isCommand && !event.shiftKey && key.toLowerCase() === "z") restore();
  else if (isCommand || event.altKey) return;
  else if (key === "Delete" || key === "Backspace") clear();
  else if (isKey(key) && classes.includes(key)) keep(key);
  else return;
  event.preventDefault();
});
element("undo").addEventListener("click", restore);
element("clear").addEventListener("click", clear);
element("save").addEventListener("click", save);
addEventListener("beforeunload", (event) => {
  if (kept !== saved && kept.length) event.preventDefault();
});

build();
update();
showKept();
