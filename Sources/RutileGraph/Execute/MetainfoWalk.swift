import NomadAPI

/// Definitions in an answer, by package or id.
extension GraphWalk {
    /// Writes what `request` asks for, into the place of the token `metainfo`.
    func metainfo(_ request: RequestNode, into slot: Slot, problems: ProblemList) throws {
    }
}
