// What bench_ack measures Curfew beside: Slack's SDK for Node.
const { App, LogLevel } = require('@slack/bolt');

const app = new App({
  token: process.env.SLACK_BOT_TOKEN,
  appToken: process.env.SLACK_APP_TOKEN,
  socketMode: true,
  logLevel: LogLevel.ERROR,
  clientOptions: { slackApiUrl: process.env.SLACK_API_URL },
});

app.command('/curfew', async ({ ack, command, respond }) => {
  if (command.text === 'help') {
    await ack({ text: 'acknowledged', response_type: 'ephemeral' });
    return;
  }
  await ack();
  await respond('dev1 is up');
});

app.start();
