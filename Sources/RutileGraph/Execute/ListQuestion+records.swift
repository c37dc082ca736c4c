import NomadAPI
import RutileJSON
import RutileModel
import RutileStore

/// Filters, orders and pages over records that are few enough to be in memory.
extension ListQuestion {
    /// The page of those of `uploads` that `query` admits.
    func page(of uploads: [UploadRecord], _ query: UploadQuery?, as caller: Caller) -> RecordPage<UploadRecord>? {
        let admitted = uploads.filter { query?.admits($0, as: caller) ?? true }
        let list = admitted.ordered(by: key, direction) { [ListKey($0.createTime), ListKey($0.id.text)] }
        return RecordPage(of: list, window) { $0.id.text }
    }

    private func key(_ upload: UploadRecord) -> ListKey {
        switch pagination.orderBy {
        case "publish_time": ListKey(upload.publishTime)
        case "upload_name": ListKey(upload.name)
        case "last_status_message": ListKey(upload.process.lastStatusMessage)
        case "process_status": ListKey(upload.process.status.rawValue)
        default: ListKey(upload.createTime)
        }
    }

    /// The page of those of `datasets` that `query` admits.
    func page(
        of datasets: [DatasetRecord], _ query: DatasetQuery?, prefix: TextPattern?
    ) -> RecordPage<DatasetRecord>? {
        let admitted = datasets.filter { dataset in
            (query?.admits(dataset) ?? true) && (prefix?.matches(dataset.name) ?? true)
        }
        let list = admitted.ordered(by: key, direction) { [ListKey($0.createTime), ListKey($0.id.text)] }
        return RecordPage(of: list, window) { $0.id.text }
    }

    private func key(_ dataset: DatasetRecord) -> ListKey {
        switch pagination.orderBy {
        case "dataset_modified_time": ListKey(dataset.modifiedTime)
        case "dataset_name": ListKey(dataset.name)
        default: ListKey(dataset.createTime)
        }
    }

    /// The page of those of `groups` that `query` admits. Their natural order is that of ids.
    func page(of groups: [GroupRecord], _ query: GroupQuery?) -> RecordPage<GroupRecord>? {
        let list = groups.filter { query?.admits($0) ?? true }.ordered(by: key, direction) { [ListKey($0.id.text)] }
        let isByID = pagination.orderBy == nil || pagination.orderBy == "group_id"
        return RecordPage(of: list, window, byID: isByID ? direction : nil) { $0.id.text }
    }

    private func key(_ group: GroupRecord) -> ListKey {
        switch pagination.orderBy {
        case "group_name": ListKey(group.name)
        case "owner": ListKey(group.owner?.text)
        default: ListKey(group.id.text)
        }
    }
}

extension UploadQuery {
    fileprivate func admits(_ upload: UploadRecord, as caller: Caller) -> Bool {
        if !ids.isEmpty, !ids.contains(where: { upload.id == UploadID($0) }) { return false }
        if !dois.isEmpty {
            guard let doi = upload.doi?["id"]?.text ?? upload.doi?.text, dois.contains(where: doi.hasSameUTF8) else {
                return false
            }
        }
        if !names.isEmpty, !names.contains(where: { $0.fits(upload.name) }) { return false }
        if let processStatus {
            if upload.process.status.rawValue != processStatus { return false }
        } else if let isProcessing, upload.process.status.isRunning != isProcessing {
            return false
        }
        if let isPublished, upload.isPublished != isPublished { return false }
        if let isOwned, (upload.mainAuthor == caller.user) != isOwned { return false }
        return true
    }
}

extension DatasetQuery {
    fileprivate func admits(_ dataset: DatasetRecord) -> Bool {
        func agrees(_ wanted: String?, _ value: String?) -> Bool {
            guard let wanted else { return true }
            return value?.hasSameUTF8(as: wanted) ?? false
        }
        return agrees(id, dataset.id.text) && agrees(name, dataset.name) && agrees(type, dataset.type)
            && agrees(doi, dataset.doi) && owners?.contains { dataset.owner == UserID($0) } ?? true
    }
}

extension GroupQuery {
    fileprivate func admits(_ group: GroupRecord) -> Bool {
        if let ids, !ids.contains(where: { group.id == GroupID($0) }) { return false }
        if let user, !group.members.contains(where: { $0.user == UserID(user) }) { return false }
        return terms.allSatisfy(group.name.containsIgnoringCase)
    }
}

extension String {
    /// Whether `part` occurs, when both are in small letters.
    fileprivate func containsIgnoringCase(_ part: String) -> Bool {
        let text = Array(lowercased().utf8)
        let wanted = Array(part.lowercased().utf8)
        guard wanted.count <= text.count else { return false }
        return (0...(text.count - wanted.count)).contains { text[$0...].starts(with: wanted) }
    }
}
