/// Kleene's three truth values.
public enum Truth: Hashable, Sendable {
    case `true`, `false`, unknown

    /// The two-valued `flag`.
    public init(_ flag: Bool) { self = flag ? .true : .false }

    /// True and false exchanged.
    public var negated: Truth {
        switch self {
        case .true: .false
        case .false: .true
        case .unknown: .unknown
        }
    }
}
