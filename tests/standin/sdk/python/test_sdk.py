"""Slack's own SDK for Python takes the stand-in for Slack: with its builtin socket, and with the one on aiohttp.

What the SDK does is right by definition: a violation that the stand-in notes here is a mistake of the stand-in.
"""

import asyncio
import ssl
import threading

import aiohttp  # noqa: F401  the asynchronous client needs it
import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk import WebClient
from slack_sdk.web.async_client import AsyncWebClient

import standin

BLOCKS = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "dev1 stops at 20:00 \N{SLEEPING SYMBOL}"}},
    {
        "type": "actions",
        "elements": [
            {
                "type": "button",
                "action_id": "prolong",
                "value": "dev1/2h",
                "text": {"type": "plain_text", "text": "+2 h"},
            }
        ],
    },
]

VIEW = {
    "type": "modal",
    "callback_id": "schedule",
    "title": {"type": "plain_text", "text": "Schedule"},
    "submit": {"type": "plain_text", "text": "Save"},
    "blocks": [
        {
            "type": "input",
            "block_id": "spec",
            "label": {"type": "plain_text", "text": "Schedule"},
            "element": {"type": "plain_text_input", "action_id": "text"},
        }
    ],
}


class BuiltinBot:
    """The bot of the tests, on threads."""

    def __init__(self, slack):
        tls = ssl.create_default_context(cafile=slack.ready["ca"])
        client = WebClient(token=slack.ready["bot_token"], base_url=slack.ready["api_url"], ssl=tls)
        app = App(client=client)
        app.command("/curfew")(self.on_command)
        app.action("prolong")(self.on_click)
        app.view("schedule")(self.on_submission)
        self.handler = SocketModeHandler(app, slack.ready["app_token"])

    def start(self):
        self.handler.connect()

    def stop(self):
        self.handler.close()

    @staticmethod
    def on_command(ack, command, respond, client):
        if command["text"] == "ack":
            ack(text="acknowledged", response_type="ephemeral")
            return
        ack()
        if command["text"] == "view":
            client.views_open(trigger_id=command["trigger_id"], view=VIEW)
            return
        respond("working on it")
        client.chat_postMessage(channel=command["channel_id"], text="dev1 stops at 20:00", blocks=BLOCKS)

    @staticmethod
    def on_click(ack, body, action, respond, client):
        ack()
        respond(text=f"{action['value']} by <@{body['user']['id']}>", replace_original=False)
        client.chat_update(channel=body["channel"]["id"], ts=body["message"]["ts"], text="kept awake", blocks=[])

    @staticmethod
    def on_submission(ack, view):
        text = view["state"]["values"]["spec"]["text"]["value"]
        if text == "wrong":
            ack(response_action="errors", errors={"spec": "no schedule"})
        else:
            ack()


class AsyncBot:
    """The same on asyncio, in a thread of its own."""

    def __init__(self, slack):
        self.slack = slack
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.handler = None

    async def connect(self):
        ready = self.slack.ready
        tls = ssl.create_default_context(cafile=ready["ca"])
        client = AsyncWebClient(token=ready["bot_token"], base_url=ready["api_url"], ssl=tls)
        app = AsyncApp(client=client)
        app.command("/curfew")(self.on_command)
        app.action("prolong")(self.on_click)
        app.view("schedule")(self.on_submission)
        self.handler = AsyncSocketModeHandler(app, ready["app_token"])
        await self.handler.connect_async()

    def start(self):
        self.thread.start()
        asyncio.run_coroutine_threadsafe(self.connect(), self.loop).result(20)

    def stop(self):
        asyncio.run_coroutine_threadsafe(self.handler.close_async(), self.loop).result(20)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(20)

    @staticmethod
    async def on_command(ack, command, respond, client):
        if command["text"] == "ack":
            await ack(text="acknowledged", response_type="ephemeral")
            return
        await ack()
        if command["text"] == "view":
            await client.views_open(trigger_id=command["trigger_id"], view=VIEW)
            return
        await respond("working on it")
        await client.chat_postMessage(channel=command["channel_id"], text="dev1 stops at 20:00", blocks=BLOCKS)

    @staticmethod
    async def on_click(ack, body, action, respond, client):
        await ack()
        await respond(text=f"{action['value']} by <@{body['user']['id']}>", replace_original=False)
        await client.chat_update(channel=body["channel"]["id"], ts=body["message"]["ts"], text="kept awake", blocks=[])

    @staticmethod
    async def on_submission(ack, view):
        text = view["state"]["values"]["spec"]["text"]["value"]
        if text == "wrong":
            await ack(response_action="errors", errors={"spec": "no schedule"})
        else:
            await ack()


@pytest.fixture(scope="module", params=[BuiltinBot, AsyncBot], ids=["builtin", "aiohttp"])
def slack(request):
    slack = standin.from_environment()
    slack.mark()
    bot = request.param(slack)
    bot.start()
    slack.wait(type="hello")
    yield slack
    slack.mark()
    bot.stop()
    slack.wait(type="disconnection")


@pytest.fixture(autouse=True)
def nothing_that_slack_would_refuse(slack):
    slack.mark()
    yield
    assert slack.violations() == []


def test_a_command_is_acked_and_answered_both_ways(slack):
    sent = slack.post("/command", text="start dev1")
    ack = slack.wait(type="ack", envelope_id=sent["envelope_id"])[0]
    assert not ack["late"]
    answer = slack.wait(type="response", response_url=sent["response_url"])[0]
    assert answer["message"]["text"] == "working on it"
    assert answer["user"] == "UANN000001"
    message = slack.wait(type="message", channel="CDEV000001")[0]["message"]
    assert message["blocks"][0]["text"]["text"] == BLOCKS[0]["text"]["text"]


def test_a_command_may_be_answered_in_its_ack(slack):
    sent = slack.post("/command", text="ack")
    ack = slack.wait(type="ack", envelope_id=sent["envelope_id"])[0]
    assert ack["payload"]["text"] == "acknowledged"


def test_a_click_is_acked_answered_and_changes_the_message(slack):
    slack.post("/command", text="start dev1")
    posted = slack.wait(type="message", channel="CDEV000001")[0]
    sent = slack.post("/click", channel="CDEV000001", ts=posted["ts"], action_id="prolong", user="UBOB000001")
    slack.wait(type="ack", envelope_id=sent["envelope_id"])
    answer = slack.wait(type="response", response_url=sent["response_url"])[0]
    assert answer["message"]["text"] == "dev1/2h by <@UBOB000001>"
    update = slack.wait(type="update", ts=posted["ts"])[0]
    assert update["message"]["text"] == "kept awake"
    assert "blocks" not in update["message"]


def test_a_view_is_opened_in_time_and_submitted(slack):
    slack.post("/command", text="view")
    view = slack.wait(type="view")[0]["view"]
    sent = slack.post("/submit", view=view, values={"spec": {"text": {"type": "plain_text_input", "value": "wrong"}}})
    ack = slack.wait(type="ack", envelope_id=sent["envelope_id"])[0]
    assert ack["payload"] == {"response_action": "errors", "errors": {"spec": "no schedule"}}


@pytest.mark.parametrize("reason", ["refresh_requested", "warning"])
def test_a_refresh_is_survived(slack, reason):
    slack.post("/disconnect", reason=reason)
    slack.wait(type="hello")
    # Until the old socket is closed the builtin client holds its acks back, for up to 3 s: they can be late.
    slack.wait(type="disconnection")
    slack.mark()
    sent = slack.post("/command", text="ack")
    slack.wait(type="ack", envelope_id=sent["envelope_id"])


def test_nothing_is_lost_in_a_row_of_commands(slack):
    sent = [slack.post("/command", text="ack")["envelope_id"] for _ in range(50)]
    acks = slack.wait(type="ack", count=len(sent))
    assert sorted(ack["envelope_id"] for ack in acks) == sorted(sent)
