"""GET, PUT and DELETE /api/oauth/register/{client_id}, and /register/{client_id} (RFC 7592)."""

from gatehouse import wiring
from gatehouse.http.handler import endpoint
from gatehouse.http.request import Request
from gatehouse.http.response import NO_STORE, Response, json_response
from gatehouse.oauth.client_configuration import delete_client, managed_client, update_client


def configure(request: Request) -> Response:
    """Do to a registration what its own client asks for."""
    client_id = request.path.rpartition("/")[2]
    authorization = request.headers.get("authorization")
    clients, now, story = wiring.client_store(), wiring.now(), request.story
    if request.method == "DELETE":
        delete_client(client_id, authorization, clients=clients, now=now, story=story)
        return Response(204, headers=NO_STORE)
    managed = managed_client(client_id, authorization, clients=clients, now=now, story=story)
    if request.method == "GET":
        return json_response(200, managed.information(request.issuer), outcome="client_read")
    # read after the token: whoever has none learns nothing of what is wrong with the body
    changed = update_client(
        managed,
        request.json(),
        clients=clients,
        policy=wiring.settings().policy,
        issuer=request.issuer,
        now=now,
        story=story,
    )
    return json_response(200, changed)


handler = endpoint(configure)
