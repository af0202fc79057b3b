"""Follows every link of the built site to a file and to a place in it, and fails if one leads nowhere.

    python3 docs/broken_links.py build/docs/site
"""

import html
import pathlib
import re
import sys
import urllib.parse

LINK = re.compile(r'(?:href|src)="([^"]+)"')
PLACE = re.compile(r'(?:id|name)="([^"]+)"')
ELSEWHERE = re.compile(r"[a-z]+:|//")


def main():
    site = pathlib.Path(sys.argv[1]).resolve()
    texts = {page: page.read_text(errors="replace") for page in site.rglob("*.html")}
    places = {page: set(PLACE.findall(text)) for page, text in texts.items()}
    links = 0
    broken = set()
    for page, text in texts.items():
        for link in LINK.findall(text):
            if ELSEWHERE.match(link):
                continue
            links += 1
            path, _, place = urllib.parse.unquote(html.unescape(link)).partition("#")
            path = path.partition("?")[0]
            target = page
            if path:
                target = (site / path[1:] if path.startswith("/") else page.parent / path).resolve()
            if target.is_dir():
                target /= "index.html"
            if not target.exists() or (place and target in places and place not in places[target]):
                broken.add((str(page.relative_to(site)), link))
    for page, link in sorted(broken):
        print(f"{page}: {link} leads nowhere")
    print(f"{links} links of {len(texts)} pages")
    return 1 if broken or not links else 0


sys.exit(main())
