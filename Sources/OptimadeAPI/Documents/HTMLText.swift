/// Text as it stands in HTML, also between quotes.
package struct HTMLText: CustomStringConvertible {
    package let description: String

    /// `text` with everything escaped that HTML would take for markup.
    package init(_ text: String) {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        description = escaped
    }

    /// A page with `title`, which is text, and `body`, which is HTML.
    package static func page(_ title: String, _ body: String) -> [UInt8] {
        Array(
            """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(HTMLText(title))</title>
            <style>
            body { font-family: sans-serif; line-height: 1.5; max-width: 60em; margin: 2em auto; padding: 0 1em; }
            table { border-collapse: collapse; }
            td, th { border: 1px solid #ccc; padding: 0.3em 0.6em; text-align: left; vertical-align: top; }
            code { overflow-wrap: anywhere; }
            </style>
            </head>
            <body>
            \(body)
            </body>
            </html>

            """.utf8)
    }

    /// A link to `address` that says `text`; plain text where the address is none of the web's.
    package static func link(_ address: String, _ text: String) -> String {
        guard address.utf8.starts(with: "http://".utf8) || address.utf8.starts(with: "https://".utf8) else {
            return HTMLText(text).description
        }
        return "<a href=\"\(HTMLText(address))\">\(HTMLText(text))</a>"
    }
}
