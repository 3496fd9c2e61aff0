"""What a document of HTML is made of, read by the parser of the standard library."""

from html.parser import HTMLParser


class Elements(HTMLParser):
    """Every element and attribute of a document, and the text of its scripts and links."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.texts = [], [], []
        self._inside = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        self._inside.append(tag)

    def handle_endtag(self, tag):
        while self._inside and self._inside.pop() != tag:
            pass

    def handle_data(self, data):
        self.texts.append((self._inside[-1] if self._inside else "", data))

    def text_in(self, tag):
        return "".join(data for place, data in self.texts if place == tag)
