// The paper: strokes by mouse, finger, stylus or keys.

// how far an arrow key moves the pen, and with Shift
const STEP = 0.04;
const SMALL_STEP = 0.01;

const ARROWS = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

class Paper {
  // `onStart` is called when a stroke begins, `onChange` with all strokes when something is new.
  constructor(canvas, { onStart, onChange }) {
    this.canvas = canvas;
    this.onStart = onStart;
    this.onChange = onChange;
    this.strokes = [];
    this.pen = [0.5, 0.5];
    this.isDown = false;
    this.byKeys = false;
    this.pointer = null;
    canvas.addEventListener("pointerdown", (event) => this.touch(event));
    canvas.addEventListener("pointermove", (event) => this.move(event));
    for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) {
      canvas.addEventListener(name, (event) => this.release(event));
    }
    canvas.addEventListener("keydown", (event) => this.press(event));
    canvas.addEventListener("blur", () => this.showPen(false));
    new ResizeObserver(() => this.draw()).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
  }

  show(strokes) {
    this.strokes = strokes;
    this.isDown = false;
    this.pointer = null;
    this.draw();
  }

  touch(event) {
    if (!event.isPrimary || event.button !== 0) return;
    event.preventDefault();
    this.canvas.focus({ preventScroll: true });
    this.canvas.setPointerCapture(event.pointerId);
    this.showPen(false);
    this.pointer = event.pointerId;
    this.begin(this.place(event));
  }

  move(event) {
    if (event.pointerId !== this.pointer) return;
    // a fast pen makes more points than there are frames
    const events = event.getCoalescedEvents?.() ?? [];
    for (const each of events.length ? events : [event]) this.add(this.place(each));
  }

  release(event) {
    if (event.pointerId === this.pointer) this.pointer = null;
  }

  press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === " ") {
      this.byKeys = true;
      this.isDown = !this.isDown;
      if (this.isDown) this.begin(this.pen);
    } else if (event.key in ARROWS) {
      const step = event.shiftKey ? SMALL_STEP : STEP;
      this.byKeys = true;
      this.pen = this.pen.map((value, axis) => onPaper(value + step * ARROWS[event.key][axis]));
      if (this.isDown) this.add(this.pen);
    } else {
      return;
    }
    event.preventDefault();
    this.draw();
  }

  showPen(byKeys) {
    this.byKeys = byKeys;
    this.isDown = false;
    this.draw();
  }

  begin(point) {
    this.onStart();
    this.strokes = [...this.strokes, [point]];
    this.changed();
  }

  add(point) {
    const stroke = this.strokes[this.strokes.length - 1];
    const [x, y] = stroke[stroke.length - 1];
    if (Math.hypot(point[0] - x, point[1] - y) < 0.002) return;
    // a new array, because what can be undone keeps the old one
    this.strokes = [...this.strokes.slice(0, -1), [...stroke, point]];
    this.changed();
  }

  changed() {
    this.draw();
    this.onChange(this.strokes);
  }

  place(event) {
    const { left, top, width, height } = this.canvas.getBoundingClientRect();
    return [onPaper((event.clientX - left) / width), onPaper((event.clientY - top) / height)];
  }

  draw() {
    const { canvas } = this;
    const size = Math.round(canvas.clientWidth * devicePixelRatio);
    if (canvas.width !== size) canvas.width = canvas.height = size;
    const context = canvas.getContext("2d");
    const style = getComputedStyle(canvas);
    context.setTransform(size, 0, 0, size, 0, 0);
    context.clearRect(0, 0, 1, 1);
    context.strokeStyle = style.color;
    drawStrokes(context, this.strokes, PEN);
    if (this.byKeys) this.drawPen(context, style);
  }

  drawPen(context, style) {
    context.strokeStyle = style.getPropertyValue("--accent");
    context.lineWidth = 0.008;
    context.beginPath();
    context.arc(...this.pen, PEN / 2 + 0.01, 0, 2 * Math.PI);
    context.stroke();
    if (!this.isDown) return;
    context.beginPath();
    context.arc(...this.pen, 0.012, 0, 2 * Math.PI);
    context.stroke();
  }
}

// Returns a coordinate that the pen, in its whole width, can have.
function onPaper(value) {
  return Math.min(Math.max(value, PEN / 2), 1 - PEN / 2);
}
