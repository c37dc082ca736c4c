#!/usr/bin/env python3
"""Writes the facts of the built-in definitions for Sources/CBuiltinDefinitions/definitions.jsonl.

    python3 -m venv V && V/bin/pip install nomad-lab==2.0.0
    V/bin/pip install --no-deps --target P nomad-schema-plugin-run==1.0.5
    V/bin/python Scripts/generate-definitions.py --plugins P > Sources/CBuiltinDefinitions/definitions.jsonl

Facts are names, types, units, shapes, order, aliases, defaults, annotations and the definition ids as nomad-lab computes
them. Descriptions are prose and are left out. Every definition that another one points at (base sections, sub-sections,
reference types) is written as `metainfo/<package>/section_definitions/<i>`.

The packages of nomad-lab are written by a process that does not see the plugins: the `run` sub-section changes the digest
of the root section, and we announce the digest without it. A second process adds the packages of the plugins.

Output: JSON lines. The first line is {"root", "packages": names in the order of the following lines, "aliases":
{module: {name: qualified name}}, "extensions": {section path: {"sub_sections": [...]}}}; then one line for each package.
"""
import argparse, importlib, json, os, pkgutil, subprocess, sys, warnings

PROSE = {'description', 'decription'}
HOUSEKEEPING = {'m_def', 'm_def_id', 'm_parent_index', 'm_parent_sub_section'}
SKIPPED_MODULES = ('nomad.datamodel.metainfo.simulation.example', 'nomad.metainfo.example')


def facts(value):
    """The stored form without housekeeping keys and prose."""
    if isinstance(value, dict):
        return {k: facts(v) for k, v in value.items() if k not in PROSE and k not in HOUSEKEEPING}
    if isinstance(value, list):
        return [facts(v) for v in value]
    return value


def path_of(definition):
    """Where a definition stands: `metainfo/<package>/<path in it>`."""
    return f'metainfo/{definition.m_root().name}{definition.m_path()}'


def section_facts(section, stored):
    """`stored` with targets as paths. The written form of nomad-lab is relative to the target's package, which it omits."""
    if section.base_sections:
        stored['base_sections'] = [path_of(base) for base in section.base_sections]
    for quantity, plain in zip(section.quantities, stored.get('quantities', [])):
        kind = plain.get('type', {}).get('type_kind')
        if kind in ('reference', 'quantity_reference'):
            target = quantity.type
            target = getattr(target, 'target_quantity_def', None) or target.target_section_def
            plain['type']['type_data'] = path_of(target)
    for sub_section, plain in zip(section.sub_sections, stored.get('sub_sections', [])):
        plain['sub_section'] = path_of(sub_section.sub_section)
    for inner, plain in zip(section.inner_section_definitions, stored.get('inner_section_definitions', [])):
        section_facts(inner, plain)


def package_facts(package):
    stored = facts(package.m_to_dict(with_def_id=True))
    for section, plain in zip(package.section_definitions, stored['section_definitions']):
        section_facts(section, plain)
    return stored


def modules():
    import nomad.datamodel, nomad.datamodel.metainfo, nomad.metainfo
    names = ['nomad.datamodel', 'nomad.metainfo', 'nomad.metainfo.metainfo', 'nomad.parsing.tabular']
    for root in (nomad.datamodel,):
        names += [m.name for m in pkgutil.walk_packages(root.__path__, root.__name__ + '.')]
    for name in names:
        if not name.startswith(SKIPPED_MODULES):
            yield importlib.import_module(name)


def collect():
    """Packages by name, and the names under which modules re-export sections."""
    from nomad.metainfo import MSection, Package
    packages, aliases = {}, {}
    loaded = list(modules())
    if 'runschema' in sys.path_importer_cache or any(os.path.isdir(os.path.join(p, 'runschema')) for p in sys.path):
        loaded += [importlib.import_module(f'runschema.{n}') for n in ('run', 'method', 'system', 'calculation')]

    def add(package):
        if isinstance(package, Package) and package.name and package.section_definitions:
            packages.setdefault(package.name, package)

    for module in loaded:
        for name, value in sorted(vars(module).items()):
            if not (isinstance(value, type) and issubclass(value, MSection)) or value is MSection: continue
            add(value.m_def.m_root())
            qualified = value.m_def.qualified_name()
            if qualified != f'{module.__name__}.{name}' and not module.__name__.startswith('runschema'):
                aliases.setdefault(module.__name__, {})[name] = qualified
    return packages, aliases


def child(mode, plugins):
    warnings.filterwarnings('ignore')
    from nomad.datamodel import EntryArchive
    packages, aliases = collect()
    lines = {name: package_facts(package) for name, package in packages.items()}
    extensions = {}
    if mode == 'plugins':
        stored = facts(EntryArchive.m_def.m_to_dict(with_def_id=True))
        section_facts(EntryArchive.m_def, stored)
        extensions = {path_of(EntryArchive.m_def): {'sub_sections': stored['sub_sections']}}
    json.dump({'root': path_of(EntryArchive.m_def), 'packages': lines, 'aliases': aliases, 'extensions': extensions},
              sys.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--plugins', required=True, help='folder that holds nomad-schema-plugin-run')
    parser.add_argument('--child', choices=['base', 'plugins'], help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        return child(options.child, options.plugins)

    def run(mode):
        environment = dict(os.environ)
        environment.pop('PYTHONPATH', None)
        if mode == 'plugins': environment['PYTHONPATH'] = options.plugins
        out = subprocess.run([sys.executable, __file__, '--plugins', options.plugins, '--child', mode],
                             env=environment, stdout=subprocess.PIPE, check=True).stdout
        return json.loads(out)

    base, plugins = run('base'), run('plugins')
    packages = dict(base['packages'])
    packages.update((k, v) for k, v in plugins['packages'].items() if k not in packages)
    known = {s['name'] for s in packages['nomad.datamodel.datamodel']['section_definitions']
             [int(base['root'].rsplit('/', 1)[1])]['sub_sections']}
    extensions = {path: {'sub_sections': [s for s in added['sub_sections'] if s['name'] not in known]}
                  for path, added in plugins['extensions'].items()}
    names = sorted(packages)
    head = {'root': base['root'], 'packages': names, 'aliases': base['aliases'], 'extensions': extensions}
    for line in [head] + [packages[name] for name in names]:
        print(json.dumps(line, separators=(',', ':'), ensure_ascii=False))


if __name__ == '__main__':
    main()
