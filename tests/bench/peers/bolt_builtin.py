"""What bench_ack measures Curfew beside: Slack's SDK for Python, with its builtin socket."""

import os
import ssl
import threading

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

tls = ssl.create_default_context(cafile=os.environ["SSL_CERT_FILE"])
app = App(client=WebClient(token=os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"], ssl=tls))


@app.command("/curfew")
def on_command(ack, command, respond):
    if command["text"] == "help":
        ack(text="acknowledged", response_type="ephemeral")
        return
    ack()
    respond("dev1 is up")


SocketModeHandler(app, os.environ["SLACK_APP_TOKEN"]).connect()
threading.Event().wait()
