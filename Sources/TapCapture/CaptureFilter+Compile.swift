internal import CPcap
internal import TapWire

extension CaptureFilter {
    /// Compiles `expression`, and finds the place of the mistake if there is one.
    static func compile(
        _ expression: String,
        _ linkType: LinkType,
        maximumTagCount: Int
    ) throws(FilterError) -> FilterProgram {
        if let zero = expression.firstIndex(of: "\0") {
            // The text would end there for libpcap, and mean something else.
            let place = expression.distance(from: expression.startIndex, to: zero)
            throw FilterError(
                code: .syntax,
                message: "a filter cannot hold the character NUL",
                expression: expression,
                place: place..<place + 1
            )
        }
        switch translate(expression, linkType, maximumTagCount: maximumTagCount) {
        case .program(let program):
            guard program.asksTheKernel else { return program }
            throw FilterError(
                code: .refused,
                message: "only the kernel knows this of a frame; its octets do not tell",
                expression: expression,
                place: FilterWords(expression).place(ofAny: ["inbound", "outbound", "ifindex"])
            )
        case .refusal(let message):
            let finder = FilterMistakeFinder(expression, message) { attempt in
                refusal(of: attempt, linkType)
            }
            throw FilterError(
                code: FilterError.Code(message: message),
                message: message,
                expression: expression,
                place: finder.place()
            )
        }
    }

    /// What libpcap makes of a text.
    private enum Translation: ~Copyable {
        case program(FilterProgram)
        case refusal(String)
    }

    private static func refusal(of expression: String, _ linkType: LinkType) -> String? {
        switch translate(expression, linkType, maximumTagCount: 0) {
        case .program: nil
        case .refusal(let message): message
        }
    }

    private static func translate(
        _ expression: String,
        _ linkType: LinkType,
        maximumTagCount: Int
    ) -> Translation {
        // SAFETY: the handle lives to the end of this function and is closed exactly once.
        guard let handle = unsafe pcap_open_dead(linkType.dataLinkType, 262_144) else {
            return .refusal("libpcap has no memory left")
        }
        defer { unsafe pcap_close(handle) }
        var program = unsafe bpf_program()
        // SAFETY: on success the program is ours until pcap_freecode(); on failure it holds
        // nothing and the handle holds a message that ends with a zero.
        guard unsafe pcap_compile(handle, &program, expression, 1, PCAP_NETMASK_UNKNOWN) == 0
        else {
            return .refusal(unsafe String(cString: pcap_geterr(handle)))
        }
        defer { unsafe pcap_freecode(&program) }
        return .program(unsafe FilterProgram(copying: program, maximumTagCount: maximumTagCount))
    }
}

extension LinkType {
    /// The number that libpcap has for this link type in memory, which differs from the number
    /// in files for the few types that had different numbers on different systems.
    fileprivate var dataLinkType: CInt {
        switch rawValue {
        case 100: 11
        case 101: 12
        case 102: 15
        case 103: 16
        case 106: 19
        default: CInt(rawValue)
        }
    }
}

extension FilterError.Code {
    /// The class of what libpcap says.
    fileprivate init(message: String) {
        if message.contains("syntax error") || message.hasPrefix("illegal token") {
            self = .syntax
        } else if message.hasPrefix("unknown ") {
            self = .unknownName
        } else if message.hasPrefix("expression rejects all packets") {
            self = .rejectsAll
        } else {
            self = .refused
        }
    }
}
