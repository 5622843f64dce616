// Slack's own SDK for Node takes the stand-in for Slack.
//
// What the SDK does is right by definition: a violation that the stand-in notes here is a mistake of the stand-in.
const assert = require('node:assert');
const { after, afterEach, before, beforeEach, test } = require('node:test');
const { App, LogLevel } = require('@slack/bolt');
const { fromEnvironment } = require('./standin');

const BLOCKS = [
  { type: 'section', text: { type: 'mrkdwn', text: 'dev1 stops at 20:00 \u{1F4A4}' } },
  {
    type: 'actions',
    elements: [
      { type: 'button', action_id: 'prolong', value: 'dev1/2h', text: { type: 'plain_text', text: '+2 h' } },
    ],
  },
];

const VIEW = {
  type: 'modal',
  callback_id: 'schedule',
  title: { type: 'plain_text', text: 'Schedule' },
  submit: { type: 'plain_text', text: 'Save' },
  blocks: [
    {
      type: 'input',
      block_id: 'spec',
      label: { type: 'plain_text', text: 'Schedule' },
      element: { type: 'plain_text_input', action_id: 'text' },
    },
  ],
};

const slack = fromEnvironment();
let app;

async function onCommand({ ack, command, respond, client }) {
  if (command.text === 'ack') {
    await ack({ text: 'acknowledged', response_type: 'ephemeral' });
    return;
  }
  await ack();
  if (command.text === 'view') {
    await client.views.open({ trigger_id: command.trigger_id, view: VIEW });
    return;
  }
  await respond('working on it');
  await client.chat.postMessage({ channel: command.channel_id, text: 'dev1 stops at 20:00', blocks: BLOCKS });
}

async function onClick({ ack, body, action, respond, client }) {
  await ack();
  await respond({ text: `${action.value} by <@${body.user.id}>`, replace_original: false });
  await client.chat.update({ channel: body.channel.id, ts: body.message.ts, text: 'kept awake', blocks: [] });
}

async function onSubmission({ ack, view }) {
  if (view.state.values.spec.text.value === 'wrong') {
    await ack({ response_action: 'errors', errors: { spec: 'no schedule' } });
  } else {
    await ack();
  }
}

before(async () => {
  app = new App({
    token: slack.ready.bot_token,
    appToken: slack.ready.app_token,
    socketMode: true,
    logLevel: LogLevel.ERROR,
    clientOptions: { slackApiUrl: slack.ready.api_url },
  });
  app.command('/curfew', onCommand);
  app.action('prolong', onClick);
  app.view('schedule', onSubmission);
  await app.start();
  await slack.wait({ type: 'hello' });
});

after(async () => {
  await slack.mark();
  await app.stop();
  await slack.wait({ type: 'close' });
});

beforeEach(() => slack.mark());

afterEach(async () => {
  assert.deepStrictEqual(await slack.violations(), []);
});

test('a command is acked and answered both ways', async () => {
  const sent = await slack.post('/command', { text: 'start dev1' });
  const [ack] = await slack.wait({ type: 'ack', envelope_id: sent.envelope_id });
  assert.strictEqual(ack.late, false);
  const [answer] = await slack.wait({ type: 'response', response_url: sent.response_url });
  assert.strictEqual(answer.message.text, 'working on it');
  assert.strictEqual(answer.user, 'UANN000001');
  const [{ message }] = await slack.wait({ type: 'message', channel: 'CDEV000001' });
  assert.strictEqual(message.blocks[0].text.text, BLOCKS[0].text.text);
});

test('a command may be answered in its ack', async () => {
  const sent = await slack.post('/command', { text: 'ack' });
  const [ack] = await slack.wait({ type: 'ack', envelope_id: sent.envelope_id });
  assert.strictEqual(ack.payload.text, 'acknowledged');
});

test('a click is acked, answered and changes the message', async () => {
  await slack.post('/command', { text: 'start dev1' });
  const [{ ts }] = await slack.wait({ type: 'message', channel: 'CDEV000001' });
  const sent = await slack.post('/click', { channel: 'CDEV000001', ts, action_id: 'prolong', user: 'UBOB000001' });
  await slack.wait({ type: 'ack', envelope_id: sent.envelope_id });
  const [answer] = await slack.wait({ type: 'response', response_url: sent.response_url });
  assert.strictEqual(answer.message.text, 'dev1/2h by <@UBOB000001>');
  const [update] = await slack.wait({ type: 'update', ts });
  assert.strictEqual(update.message.text, 'kept awake');
  assert.strictEqual(update.message.blocks, undefined);
});

test('a view is opened in time and submitted', async () => {
  await slack.post('/command', { text: 'view' });
  const [{ view }] = await slack.wait({ type: 'view' });
  const values = { spec: { text: { type: 'plain_text_input', value: 'wrong' } } };
  const sent = await slack.post('/submit', { view, values });
  const [ack] = await slack.wait({ type: 'ack', envelope_id: sent.envelope_id });
  assert.deepStrictEqual(ack.payload, { response_action: 'errors', errors: { spec: 'no schedule' } });
});

for (const reason of ['refresh_requested', 'warning']) {
  test(`a disconnect is survived: ${reason}`, async () => {
    await slack.post('/disconnect', { reason });
    await slack.wait({ type: 'hello' });
    await slack.mark();
    const sent = await slack.post('/command', { text: 'ack' });
    await slack.wait({ type: 'ack', envelope_id: sent.envelope_id });
  });
}

test('nothing is lost in a row of commands', async () => {
  const sent = [];
  for (let i = 0; i < 50; i += 1) {
    sent.push((await slack.post('/command', { text: 'ack' })).envelope_id);
  }
  const acks = await slack.wait({ type: 'ack' }, sent.length);
  assert.deepStrictEqual(acks.map((ack) => ack.envelope_id).sort(), sent.sort());
});
