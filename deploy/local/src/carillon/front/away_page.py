"""The page that a browser sees while the service behind an address does not answer: nobody else can show one."""

import base64
import hashlib

_STYLE = (
    "body{margin:0;background:#f4f6fa;color:#1b2440;font:18px/1.5 system-ui,sans-serif}"
    "main{max-width:640px;margin:0 auto;padding:48px 16px}h1{font-size:28px;line-height:1.25}a{color:#1d4f91}"
    "@media(prefers-color-scheme:dark){body{background:#10151f;color:#e8ecf4}a{color:#9cc1f8}}"
)
_DIGEST = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

AWAY_POLICY = f"default-src 'none'; style-src 'sha256-{_DIGEST}'; base-uri 'none'; frame-ancestors 'none'"
AWAY_PAGE = f"""<!doctype html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Un instant</title>
<style>{_STYLE}</style>
</head>
<body>
<main>
<h1>Un instant</h1>
<p>Cette partie du portail ne répond pas pour le moment. Réessayez dans une minute.</p>
<p><a href="/">Revenir à l’accueil</a></p>
</main>
</body>
</html>
"""
