import Testing

/// `hubtap dump` and `follow` over rings that the tests write, read by tshark and capinfos; one test at a time, as each
/// waits for programs.
@Suite(.serialized)
enum ExportTests {}
