package import RutileJSON

extension RequestConfig {
    /// The config as `m_response` shows it: what was given and what was inherited, without query and pagination;
    /// `include` or `exclude` is always there.
    package var echo: ObjectValue {
        var shown = ObjectValue()
        func show(_ name: String, _ value: Value?, unless isDefault: Bool) {
            if let value, !isDefault || given.contains(name) { shown[name] = value }
        }
        func number(_ number: Int?) -> Value? { number.map { .integer(Int64($0)) } }
        show("directive", .string(directive.rawValue), unless: directive == .plain)
        show("layout_id", layoutID.map(Value.string), unless: false)
        switch keys {
        case .include(let globs): shown["include"] = .list(globs.map { .string($0.pattern) })
        case .exclude(let globs): shown["exclude"] = .list(globs.map { .string($0.pattern) })
        }
        show("depth", number(depth), unless: false)
        show("resolve_depth", number(resolveDepth), unless: false)
        show("resolve_type", resolveType.map { .string($0.rawValue) }, unless: false)
        show("max_list_size", number(maxListSize), unless: false)
        show("max_dict_size", number(maxDictSize), unless: false)
        // It has no effect, and is off whatever was given.
        if given.contains("resolve_inplace") { shown["resolve_inplace"] = .bool(false) }
        show("export_whole_package", .bool(exportWholePackage), unless: !exportWholePackage)
        show("always_rewrite_references", .bool(alwaysRewriteReferences), unless: !alwaysRewriteReferences)
        show("include_definition", .string(includeDefinition.rawValue), unless: includeDefinition == .none)
        show("m_def_format", .string(definitionFormat.rawValue), unless: definitionFormat == .full)
        if let index {
            let bounds = index.isPosition ? [index.first] : [index.first, index.last]
            shown["index"] = .list(bounds.map { number($0) ?? .null })
        }
        show("include_quantities", .bool(includeQuantities), unless: includeQuantities)
        show("include_label_quantities", .bool(includeLabelQuantities), unless: !includeLabelQuantities)
        return shown
    }
}
