// The control port of standin-slack, as far as these tests need it (../../README.md).
const fs = require('node:fs');

const WAIT_MS = 20000;

class Standin {
  constructor(readyFile) {
    this.ready = JSON.parse(fs.readFileSync(readyFile, 'utf8'));
    this.cursor = 0;
  }

  async call(method, path, body) {
    const response = await fetch(this.ready.control_url + path, {
      method,
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const answer = await response.json();
    if (!response.ok) {
      throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
    }
    return answer;
  }

  post(path, body) {
    return this.call('POST', path, body);
  }

  /** Waits for entries of the journal that came after mark(). */
  async wait(wanted, count = 1) {
    const query = new URLSearchParams({ ...wanted, after: this.cursor, count, wait_ms: WAIT_MS });
    const { entries } = await this.call('GET', `/journal?${query}`);
    if (entries.length < count) {
      const journal = await this.call('GET', '/journal');
      throw new Error(`waited in vain for ${count} of ${JSON.stringify(wanted)}: ${JSON.stringify(journal)}`);
    }
    return entries;
  }

  async mark() {
    this.cursor = (await this.call('GET', '/journal?type=none')).cursor;
  }

  async violations() {
    return (await this.call('GET', '/violations')).violations;
  }
}

module.exports = { fromEnvironment: () => new Standin(process.env.STANDIN_READY_FILE) };
