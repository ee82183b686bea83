"""Turns a multi-document SPF test suite (YAML) into one JSON array.

Strings are kept as they are; octets outside ASCII come as code points up to U+00FF.
    suite_to_json.py FILE.yml > FILE.json
"""
import json
import sys

import yaml


class TextLoader(yaml.SafeLoader):
    """Reads every plain scalar as text, but for whole numbers: dates and octals are none here."""


TextLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag == 'tag:yaml.org,2002:int']
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def main() -> None:
    with open(sys.argv[1], encoding='latin-1') as file:
        documents = [document for document in yaml.load_all(file, Loader=TextLoader) if document]
    json.dump([{'description': str(document.get('description', '')),
                'tests': document['tests'],
                'zonedata': document['zonedata']} for document in documents], sys.stdout)


if __name__ == '__main__':
    main()
