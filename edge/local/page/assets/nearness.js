// Makes a worker compare variants with their original.

import { windowOf } from "/?asset=crop.js";

// pause keeps the worker from comparing while a slider moves, in ms.
const pause = 150;

export class Nearness {
  // original is a promise. found is called with the result for the latest
  // variant.
  constructor(original, found) {
    this.turn = 0;
    this.worker = new Worker("/?asset=psnr.js");
    this.ready = original.then((blob) => this.worker.postMessage({ original: blob }));
    this.worker.onmessage = ({ data }) => {
      if (data.turn === this.turn) {
        found(data);
      }
    };
  }

  // forget discards the results for earlier variants.
  forget() {
    this.turn++;
    clearTimeout(this.soon);
  }

  measure({ status, body, invocation }) {
    this.forget();
    const { turn } = this;
    if (status === 200 && body.size > 0 && invocation?.resized && invocation.plain) {
      this.soon = setTimeout(async () => {
        await this.ready;
        this.worker.postMessage({ turn, variant: body, part: windowOf(invocation) });
      }, pause);
    }
  }
}
