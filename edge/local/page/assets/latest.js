// Latest does one thing at a time, the latest that was asked for. What is asked
// for meanwhile breaks off what is being done; only if both are patient does it
// wait for its end, so that a slider is followed without piling up requests.
export class Latest {
  // work does what was asked, until the signal says that it is no longer
  // wanted.
  constructor(work) {
    this.work = work;
    this.doing = null;
    this.waiting = null;
  }

  // ask is what the work gives, or undefined where something later took its
  // place.
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
