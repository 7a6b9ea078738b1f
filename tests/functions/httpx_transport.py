"""The deployment as a network that a client library talks to."""

import httpx2

from tests.functions.deployment import Deployment


class DeploymentTransport(httpx2.AsyncBaseTransport):
    """Answers what would go to `ORIGIN`; nothing leaves the process."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        answer = self._deployment.ask(
            request.method,
            request.url.raw_path.decode(),
            headers=dict(request.headers),
            body=await request.aread(),
        )
        return httpx2.Response(
            answer.status, headers=dict(answer.headers), text=answer.text, request=request
        )
