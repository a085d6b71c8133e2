import TapRelay
import Testing

@Suite("The book of contacts")
struct ContactBookTests {
    @Test("addresses and domains, comments and blanks")
    func entries() {
        var book = ContactBook()
        let mistakes = book.read(
            """
            # Our correspondents
            Ann@Partner.Example   # the buyer

            @supplier.example
            list.example
            """
        )
        #expect(mistakes.isEmpty && book.count == 3)
        for text in ["<ann@partner.example>", "x@supplier.example", "anybody@LIST.example"] {
            #expect(book.contains(MailAddress(text)))
        }
        for text in ["<bob@partner.example>", "<>", "x@sub.list.example", "ann"] {
            #expect(!book.contains(MailAddress(text)))
        }
    }

    @Test("bad lines are named by their numbers, and the others are used")
    func mistakes() {
        var book = ContactBook()
        let mistakes = book.read(
            "good@a.example\r\nno domain here\n@\nlocalhost\na@b,c@d\n\u{1B}[31m@\u{1B}\nalso.example"
        )
        #expect(mistakes.map(\.line) == [2, 3, 4, 5, 6])
        #expect(book.count == 2)
        #expect(mistakes.allSatisfy { !$0.text.unicodeScalars.contains { $0.value < 0x20 } })
    }

    @Test("no more than the limit is kept, and the rest is named")
    func limit() {
        var book = ContactBook()
        let text = (0...ContactBook.limit).map { "u\($0)@a.example" }.joined(separator: "\n")
        #expect(book.read(text).map(\.line) == [ContactBook.limit + 1])
        #expect(book.count == ContactBook.limit)
    }
}
