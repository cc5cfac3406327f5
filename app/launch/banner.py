"""What a person reads when local mode is ready: where to look, as whom, and one command to paste."""

from app.identity.demo_clients import DEMO_CLIENTS, SECRET, DemoClient
from app.settings import Settings

_BANNER = """
Out-of-court disposals of children: decision support. Local mode: every person in it is invented.

  Description   {base}/docs
  Data          {data_dir} (kept between runs)

  Demo clients, each with the secret "{secret}":

{clients}

  To try it, paste this: what may be done about a 13-year-old's shop theft, and why?

{curl}

  Ctrl-C ends the service and what it started.
"""

_CURL = """\
curl -s {base}/v1/advice -H 'Content-Type: application/json' -H 'X-Purpose: JOINT_DECISION' \\
  -H "Authorization: Bearer $(curl -s {base}/oauth2/token -u demo-police:{secret} \\
      -d grant_type=client_credentials | sed 's/.*"access_token": *"\\([^"]*\\)".*/\\1/')" \\
  -d '{{"asAt": "2026-11-21", "area": "E09000019", "child": {{"dateOfBirth": "2013-03-02"}},
       "offences": [{{"id": "1", "cjsCode": "TH68010", "committedOn": "2026-10-30", "evidence": "SHOWS_OFFENCE",
                     "response": {{"kind": "ACCEPTS_RESPONSIBILITY", "understood": "YES",
                                  "appropriateAdult": "PRESENT"}}}}]}}'"""


def banner(settings: Settings) -> str:
    """Write the text for a service that is ready under these settings."""
    base = f"http://{settings.host}:{settings.port}"
    return _BANNER.format(
        base=base,
        data_dir=settings.data_dir.absolute(),
        secret=SECRET,
        clients="\n".join(map(_line, DEMO_CLIENTS.values())),
        curl=_CURL.format(base=base, secret=SECRET),
    )


def _line(client: DemoClient) -> str:
    kind = "person" if client.person else "machine"
    grade = client.grade.value if client.grade else "-"
    return f"    {client.client_id:<30}{client.agency.value:<10}{grade:<14}{kind:<9}{' '.join(client.areas)}"
