import Glibc

/// How much a terminal shows.
struct TerminalSize {
    let columns: Int
    let rows: Int

    /// The size of the terminal that `descriptor` is, the usual one where it does not say; `nil` where it is none.
    init?(_ descriptor: CInt) {
        guard isatty(descriptor) != 0 else { return nil }
        var size = winsize()
        let isKnown = unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0
        columns = isKnown && size.ws_col > 0 ? Int(size.ws_col) : 80
        rows = isKnown && size.ws_row > 0 ? Int(size.ws_row) : 24
    }
}
