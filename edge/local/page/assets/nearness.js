// Has a worker compare variants with their original.

// pause keeps the worker from comparing while a slider moves, in ms.
const pause = 150;

export class Nearness {
  // found is told of the latest variant's.
  constructor(original, fit, found) {
    this.turn = 0;
    this.worker = new Worker("/?asset=psnr.js");
    this.worker.postMessage({ original, fit });
    this.worker.onmessage = ({ data }) => {
      if (data.turn === this.turn) {
        found(data);
      }
    };
  }

  measure({ status, body, invocation }) {
    const turn = ++this.turn;
    clearTimeout(this.soon);
    if (status === 200 && body.size > 0 && invocation?.resized) {
      this.soon = setTimeout(() => this.worker.postMessage({ turn, variant: body }), pause);
    }
  }
}
