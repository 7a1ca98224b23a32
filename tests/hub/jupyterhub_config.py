"""A JupyterHub on loopback for the tests: real users of the operating system, passwords made for one run."""

import hmac
import json
import os
from pathlib import Path

from jupyterhub.auth import Authenticator
from jupyterhub.spawner import LocalProcessSpawner

c = get_config()  # noqa: F821  JupyterHub gives it
given = json.loads(Path(os.environ["HUB_SETTINGS"]).read_text(encoding="utf-8"))


class ClassList(Authenticator):
    """Let in whoever knows the password that this run made for her; stands in for PAM."""

    async def authenticate(self, handler, data):
        known = given["passwords"].get(data["username"], "")
        return data["username"] if known and hmac.compare_digest(known, data["password"]) else None


c.JupyterHub.authenticator_class = ClassList
c.Authenticator.allowed_users = set(given["passwords"])
c.JupyterHub.spawner_class = LocalProcessSpawner
c.Spawner.cmd = [given["python"], "-m", "jupyterhub.singleuser"]
c.Spawner.default_url = "/lab"
c.Spawner.environment = given["environment"]
c.Spawner.start_timeout = c.Spawner.http_timeout = 120

c.JupyterHub.bind_url = f"http://127.0.0.1:{given['port']}/"
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{given['hub_port']}/"
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{given['proxy_port']}/"
c.ConfigurableHTTPProxy.command = given["proxy"]
c.JupyterHub.cleanup_servers = c.JupyterHub.cleanup_proxy = True
c.JupyterHub.concurrent_spawn_limit = 4
