extension Timestamp {
    /// The time in RFC 3339 with microseconds and the offset of UTC: `2026-11-23T12:00:00.000000+00:00`.
    public var rfc3339: String {
        let time = CivilTime(self)
        var text = DigitsWriter(capacity: 32)
        text.write(time.year, digits: 4, then: "-")
        text.write(time.month, digits: 2, then: "-")
        text.write(time.day, digits: 2, then: "T")
        text.write(time.hour, digits: 2, then: ":")
        text.write(time.minute, digits: 2, then: ":")
        text.write(time.second, digits: 2, then: ".")
        text.write(time.nanosecond / 1_000, digits: 6, then: "+00:00")
        return text.text
    }

    /// The day in UTC: `2026-11-23`.
    public var day: String { String(rfc3339.prefix(10)) }

    /// The time to the second in the basic form of ISO 8601: `20261123T120000Z`.
    public var compact: String {
        let time = CivilTime(self)
        var text = DigitsWriter(capacity: 16)
        text.write(time.year, digits: 4)
        text.write(time.month, digits: 2)
        text.write(time.day, digits: 2, then: "T")
        text.write(time.hour, digits: 2)
        text.write(time.minute, digits: 2)
        text.write(time.second, digits: 2, then: "Z")
        return text.text
    }

    /// Reads a time in RFC 3339, with up to nine digits of fraction and any offset.
    public init?(rfc3339 text: String) {
        guard let time = RFC3339Reader.read(text) else { return nil }
        self = time
    }
}

/// Writes numbers of so many digits each, octet by octet: every alert is named by its time.
private struct DigitsWriter {
    private var octets: [UInt8] = []

    init(capacity: Int) { octets.reserveCapacity(capacity) }

    var text: String { String(decoding: octets, as: UTF8.self) }

    /// Writes the last so many digits of `number`, which is not negative, with zeros before them, and what follows.
    mutating func write(_ number: Int64, digits: Int, then rest: String = "") {
        var unit: Int64 = 1
        for _ in 1..<digits { unit *= 10 }
        while unit > 0 {
            octets.append(UInt8(ascii: "0") + UInt8(number / unit % 10))
            unit /= 10
        }
        octets += rest.utf8
    }
}

/// A time in the Gregorian calendar and UTC.
///
/// Every `Timestamp` lies between the years 1677 and 2262.
private struct CivilTime {
    var year: Int64
    var month: Int64
    var day: Int64
    var hour: Int64
    var minute: Int64
    var second: Int64
    var nanosecond: Int64

    init(_ time: Timestamp) {
        let seconds = Self.floored(time.nanoseconds, 1_000_000_000)
        let days = Self.floored(seconds.quotient, 86_400)
        nanosecond = seconds.remainder
        hour = days.remainder / 3_600
        minute = days.remainder / 60 % 60
        second = days.remainder % 60
        // Days since 0000-03-01, so that the leap day is the last of its year; eras have 400 years.
        let era = Self.floored(days.quotient + 719_468, 146_097)
        let dayOfEra = era.remainder
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + era.quotient * 400 + (month <= 2 ? 1 : 0)
    }

    private static func floored(_ value: Int64, _ divisor: Int64) -> (
        quotient: Int64, remainder: Int64
    ) {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }

    /// Days from 1970-01-01 to a date of the Gregorian calendar.
    static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = floored(shifted, 400)
        let monthFromMarch = month > 2 ? month - 3 : month + 9
        let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
        let dayOfEra = era.remainder * 365 + era.remainder / 4 - era.remainder / 100 + dayOfYear
        return era.quotient * 146_097 + dayOfEra - 719_468
    }
}

/// Reads the fields of RFC 3339 from left to right.
private struct RFC3339Reader {
    private var rest: Substring.UTF8View

    static func read(_ text: String) -> Timestamp? {
        var reader = RFC3339Reader(rest: Substring(text).utf8)
        guard let date = reader.date(), reader.skip("T", "t", " "), let clock = reader.clock()
        else {
            return nil
        }
        guard let fraction = reader.fraction(), let offset = reader.offset(), reader.rest.isEmpty
        else {
            return nil
        }
        let seconds = date * 86_400 + clock - offset
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, out) = scaled.addingReportingOverflow(fraction)
        return overflow || out ? nil : Timestamp(nanoseconds: sum)
    }

    private mutating func number(digits: Int) -> Int64? {
        guard rest.count >= digits else { return nil }
        var value: Int64 = 0
        for octet in rest.prefix(digits) {
            guard (0x30...0x39).contains(octet) else { return nil }
            value = value * 10 + Int64(octet - 0x30)
        }
        rest = rest.dropFirst(digits)
        return value
    }

    private mutating func skip(_ choices: Unicode.Scalar...) -> Bool {
        guard let octet = rest.first, choices.contains(Unicode.Scalar(octet)) else { return false }
        rest = rest.dropFirst()
        return true
    }

    /// Days since 1970-01-01.
    private mutating func date() -> Int64? {
        guard let year = number(digits: 4), skip("-"), let month = number(digits: 2), skip("-")
        else { return nil }
        guard let day = number(digits: 2), (1...12).contains(month), day >= 1 else { return nil }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let lengths: [Int64] = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard day <= lengths[Int(month) - 1] else { return nil }
        return CivilTime.days(year: year, month: month, day: day)
    }

    /// Seconds of the day; a leap second counts as the next second.
    private mutating func clock() -> Int64? {
        guard let hour = number(digits: 2), skip(":"), let minute = number(digits: 2), skip(":")
        else { return nil }
        guard let second = number(digits: 2), hour < 24, minute < 60, second <= 60 else {
            return nil
        }
        return hour * 3_600 + minute * 60 + second
    }

    /// Nanoseconds of the second; 0 if there is no fraction.
    private mutating func fraction() -> Int64? {
        guard skip(".") else { return 0 }
        var value: Int64 = 0
        var digits = 0
        while let digit = number(digits: 1) {
            if digits < 9 { value = value * 10 + digit }
            digits += 1
        }
        guard digits > 0 else { return nil }
        for _ in min(digits, 9)..<9 { value *= 10 }
        return value
    }

    /// Seconds that local time is ahead of UTC.
    private mutating func offset() -> Int64? {
        if skip("Z", "z") { return 0 }
        let isAhead = skip("+")
        guard isAhead || skip("-") else { return nil }
        guard let hour = number(digits: 2), skip(":"), let minute = number(digits: 2) else {
            return nil
        }
        guard hour < 24, minute < 60 else { return nil }
        return (isAhead ? 1 : -1) * (hour * 3_600 + minute * 60)
    }
}
