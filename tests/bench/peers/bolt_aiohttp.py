"""What bench_ack measures Curfew beside: Slack's SDK for Python, with the socket on aiohttp."""

import asyncio
import os
import ssl

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient


async def on_command(ack, command, respond):
    if command["text"] == "help":
        await ack(text="acknowledged", response_type="ephemeral")
        return
    await ack()
    await respond("dev1 is up")


async def main():
    tls = ssl.create_default_context(cafile=os.environ["SSL_CERT_FILE"])
    client = AsyncWebClient(token=os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"], ssl=tls)
    app = AsyncApp(client=client)
    app.command("/curfew")(on_command)
    await AsyncSocketModeHandler(app, os.environ["SLACK_APP_TOKEN"]).connect_async()
    await asyncio.Event().wait()


asyncio.run(main())
