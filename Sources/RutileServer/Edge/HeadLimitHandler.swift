import NIOCore
import NIOHTTP1
import RutileJSON

/// Says of a request whose line and header fields are longer than the decoder takes that they are: the framework's own
/// answer to it is a 400 without a word.
///
/// It stands where the pipeline speaks HTTP/1. The framework's answer comes in its turn, behind those to earlier requests
/// of the connection, and is replaced on its way out.
final class HeadLimitHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private var isExceeded = false

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if case HTTPParserError.headerOverflow = error { isExceeded = true }
        context.fireErrorCaught(error)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        // A 400 of ours, to an earlier request, has a body.
        guard isExceeded, case .head(let head) = unwrapOutboundIn(data), head.status == .badRequest,
            head.headers["content-length"] == ["0"]
        else {
            context.write(data, promise: promise)
            return
        }
        let problem = RequestProblem.headTooLong
        let body = problem.document.json()
        var answer = HTTPResponseHead(version: head.version, status: .init(statusCode: problem.status))
        answer.headers = [
            "Content-Type": "application/json", "Content-Length": "\(body.count)", "Connection": "close",
            "Access-Control-Allow-Origin": "*",
        ]
        context.write(wrapOutboundOut(.head(answer)), promise: promise)
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: body)))), promise: nil)
    }
}
