// Latest does one thing at a time: the latest request. A new request aborts the
// current one. If both are patient it waits for the current one's end instead,
// so that it follows a slider without piling up requests.
export class Latest {
  // work carries out a request until the signal aborts it.
  constructor(work) {
    this.work = work;
    this.doing = null;
    this.waiting = null;
  }

  // ask returns the result of the work, or undefined if a later request
  // replaced this one.
  ask(what) {
    this.waiting?.done();
    if (this.doing && !(what.patient && this.doing.what.patient)) {
      this.doing.stop.abort();
    }
    return new Promise((done) => {
      this.waiting = { what, done, stop: new AbortController() };
      this.go();
    });
  }

  async go() {
    if (this.doing) {
      return;
    }
    while (this.waiting) {
      this.doing = this.waiting;
      this.waiting = null;
      const { what, done, stop } = this.doing;
      const made = await this.work(what, stop.signal);
      done(stop.signal.aborted ? undefined : made);
    }
    this.doing = null;
  }
}
