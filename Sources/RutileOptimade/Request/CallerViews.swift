package import RutileModel

/// What callers may see at one change of the records, kept until the next one; made when they first ask.
package struct CallerViews<View> {
    /// Callers that are remembered at most.
    private static var mostCallers: Int { 1_000 }

    private var change: Int64 = -1
    private var views: [Caller: View] = [:]

    /// Nothing is known yet.
    package init() {}

    /// What `caller` may see at `change`; `make` makes it where it is not known. What it is made of has taken in all up to
    /// `reached`: a view of less is not kept, since at the next question there may be more to see.
    package mutating func view(
        for caller: Caller, at change: Int64, reached: Int64, _ make: () -> View
    ) -> View {
        if self.change != change || views.count >= Self.mostCallers {
            self.change = change
            views = [:]
        }
        if let view = views[caller] { return view }
        let view = make()
        if reached >= change { views[caller] = view }
        return view
    }
}
