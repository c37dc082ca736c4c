import RutileJSON
package import RutileModel
import RutileStore

extension Curation {
    /// Changes what is said of the upload `id` and of its entries.
    ///
    /// - Parameters:
    ///   - isTrial: whether it is only found out if that is possible.
    ///   - find: finds the entries that change, others of them than the upload's do not matter; absent where all may. It
    ///     is asked when it is known that the caller may edit the upload, and again when the edit is decided anew.
    ///   - check: throws where the caller is not to do what the edit comes to besides.
    package func edit(
        _ id: UploadID, _ edit: UploadEdit, isTrial: Bool = false, as caller: Caller,
        finding find: (@Sendable () async throws -> [EntryID])? = nil,
        checking check: @Sendable (UploadEdit.Consequence) throws -> Void = { _ in }
    ) async throws -> UploadView {
        try checkEmbargo(edit.embargo, at: ["metadata", "embargo_length"])
        return try await deciding {
            let old = try await upload(id, for: caller, with: .editMetadata)
            for right in edit.rights(in: old) where !policy.allows(right, in: old, for: caller) {
                throw refusal(of: right, in: old, for: caller)
            }
            if old.isPublished, old.isEmbargoed, edit.embargo == 0 { try check(.embargoEnd) }
            try await checkIdle(old)
            var plan = EditPlan(records: records, old: old)
            let new = try await plan.upload(edit)
            var change = RecordChange(existing: .replace)
            change.expected.uploads = [old]
            if new != old { change.uploads = [new] }
            let found = try await find?()
            try await add(edit, of: new, among: found.map { Set($0) }, to: &change, &plan, as: caller)
            guard plan.faults.isEmpty else { throw CurationError.invalid(plan.faults) }
            if !change.expected.newDatasets.isEmpty { try check(.newDataset) }
            if !isTrial { try await records.apply(change) }
            return try await view(isTrial ? old : new)
        }
    }

    /// Adds what changes of entries and datasets: of those that were `found`, where that is known.
    private func add(
        _ edit: UploadEdit, of upload: UploadRecord, among found: Set<EntryID>?, to change: inout RecordChange,
        _ plan: inout EditPlan, as caller: Caller
    ) async throws {
        guard !edit.links.isEmpty || !edit.entries.isEmpty || found != nil else { return }
        var entries = try await records.entries(of: upload.id)
        if let found {
            entries.removeAll { !found.contains($0.id) }
            if entries.isEmpty { plan.fail(["query"], "No matching entries found", edit.question?["query"]) }
        }
        let owner = try user(caller)
        var sets = DatasetEdits(
            known: try await records.datasets(of: owner), isAdmin: caller.isAdmin, make: { newDataset($0, of: owner) })
        for named in Self.datasetNames(in: edit) where !sets.knows(named) {
            if let foreign = try await records.datasets([DatasetID(named)])[DatasetID(named)] { sets.add(foreign) }
        }
        if !edit.links.isEmpty { sets.apply(edit.links, to: entries, at: ["metadata"], &plan.faults) }
        for (name, links) in edit.entries {
            let chosen = entries.filter { $0.id.text.hasSameUTF8(as: name) || $0.mainfile.hasSameUTF8(as: name) }
            if chosen.isEmpty {
                let those = found == nil ? "the upload has" : "among those that the query finds there is"
                plan.fail(["entries", name], those + " no such entry")
            }
            sets.apply(links, to: chosen, at: ["entries", name], &plan.faults)
        }
        change.links = sets.links
        for (old, new) in sets.changed {
            if let old {
                try add(new, insteadOf: old, to: &change)
            } else {
                change.datasets.append(new)
                change.expected.newDatasets.append(new)
            }
        }
    }

    private static func datasetNames(in edit: UploadEdit) -> [String] {
        ([edit.links] + edit.entries.map(\.links)).flatMap { $0.datasets?.named.map(\.text) ?? [] }
    }
}

extension UploadEdit {
    /// The rights that it takes in `upload`, besides that to edit at all.
    fileprivate func rights(in upload: UploadRecord) -> [UploadRight] {
        var rights: [UploadRight] = []
        if coauthors != nil || coauthorGroups != nil || reviewers != nil || reviewerGroups != nil {
            rights.append(.editMembers)
        }
        // After publication an embargo can only end.
        if let embargo { rights.append(upload.isPublished && embargo == 0 ? .liftEmbargo : .setEmbargo) }
        if license != nil { rights.append(.setLicense) }
        if mainAuthor != nil { rights.append(.administer) }
        return rights
    }
}

/// Finds out what an edit makes of an upload, and notes what is wrong with it.
private struct EditPlan {
    let records: any CurationRecords
    let old: UploadRecord
    var faults: [CurationError.Fault] = []

    init(records: any CurationRecords, old: UploadRecord) {
        self.records = records
        self.old = old
    }

    mutating func fail(_ place: [String], _ message: String, _ input: Value? = nil) {
        faults.append(.init(at: place, message, input: input ?? .null))
    }

    private mutating func check(_ text: String?, _ key: String, _ limit: Int) {
        if let text, let fault = TextLimit.fault(in: text, limit: limit) { fail(["metadata", key], fault) }
    }

    /// The upload after `edit`.
    mutating func upload(_ edit: UploadEdit) async throws -> UploadRecord {
        var new = old
        check(edit.name, "upload_name", TextLimit.name)
        check(edit.description, "description", TextLimit.description)
        check(edit.license, "license", TextLimit.name)
        if edit.license?.isEmpty ?? false { fail(["metadata", "license"], "an upload is never without a licence") }
        if let name = edit.name { new.name = name.isEmpty ? nil : name }
        if let description = edit.description { new.description = description.isEmpty ? nil : description }
        if let license = edit.license { new.license = license }
        if let embargo = edit.embargo { new.embargoLength = embargo }
        if let author = edit.mainAuthor {
            let list = UploadEdit.ListEdit(set: [author])
            new.mainAuthor = try await users(list, of: [], at: "main_author").first ?? old.mainAuthor
        }
        new.coauthors = try await users(edit.coauthors, of: old.coauthors, at: "coauthors")
        new.reviewers = try await users(edit.reviewers, of: old.reviewers, at: "reviewers")
        new.coauthorGroups = try await groups(
            edit.coauthorGroups, of: old.coauthorGroups, at: "coauthor_groups", mayBeAll: false)
        new.reviewerGroups = try await groups(
            edit.reviewerGroups, of: old.reviewerGroups, at: "reviewer_groups", mayBeAll: true)
        // The main author is more than each of them.
        new.coauthors.removeAll { $0 == new.mainAuthor }
        new.reviewers.removeAll { $0 == new.mainAuthor }
        return new
    }

    private mutating func users(
        _ edit: UploadEdit.ListEdit?, of old: [UserID], at key: String
    ) async throws -> [UserID] {
        guard let edit else { return old }
        let byID = try await records.users(Set(edit.named.map { UserID($0.text) }))
        var known: [UTF8Key: UserID] = [:]
        for (text, step) in edit.named {
            var found = byID[UserID(text)]?.id
            if found == nil { found = try await records.user(named: text)?.id }
            // Somebody who is gone can still be taken off.
            if found == nil, old.contains(UserID(text)) { found = UserID(text) }
            guard let found else {
                fail(["metadata", key] + (step.map { [$0] } ?? []), "there is no user “\(text)”")
                continue
            }
            known[UTF8Key(text)] = found
        }
        let added = Set(edit.added.compactMap { known[UTF8Key($0)] })
        if edit.removed.contains(where: { known[UTF8Key($0)].map(added.contains) ?? false }) {
            fail(["metadata", key], UploadEdit.ListEdit.contradiction)
        }
        return edit.list(old) { known[UTF8Key($0)] }
    }

    private mutating func groups(
        _ edit: UploadEdit.ListEdit?, of old: [GroupID], at key: String, mayBeAll: Bool
    ) async throws -> [GroupID] {
        guard let edit else { return old }
        let known = try await records.groups(Set(edit.named.map { GroupID($0.text) }))
        for (text, step) in edit.named {
            let group = GroupID(text)
            if known[group] != nil || old.contains(group) || (group == .all && mayBeAll) { continue }
            fail(["metadata", key] + (step.map { [$0] } ?? []), "there is no group “\(text)” for this")
        }
        return edit.list(old) { GroupID($0) }
    }
}
