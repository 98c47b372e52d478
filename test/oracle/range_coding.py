"""Compressed files written by an implementation of their own, from the format's description alone (`compression.md`), with Python's whole
numbers of any size where Tessera carries; and how many bits constriction's range coder and Huffman tree take for the same codes."""

import decimal
import heapq
import pathlib
import struct
import zlib

import constriction
import numpy as np

golden = {}


class RangeEncoder:
    """`low` is the whole number so far, never cut: no carries to think of."""

    def __init__(self):
        self.low, self.range, self.shifts = 0, 2**48, 0

    def encode(self, start, frequency, total):
        unit = self.range // total
        self.low, self.range = self.low + unit * start, unit * frequency
        while self.range <= 2**40:
            self.low, self.range, self.shifts = self.low << 8, self.range << 8, self.shifts + 1

    def finish(self):
        for more in range(7):
            unit = 1 << (48 - 8 * more)
            value = -(-self.low // unit) * unit
            if value < self.low + self.range:
                return (value >> (48 - 8 * more)).to_bytes(self.shifts + more, "big")
        raise AssertionError


class Adaptive:
    def __init__(self, symbols):
        self.counts = [1] * symbols

    def encode(self, encoder, symbol):
        encoder.encode(sum(self.counts[:symbol]), self.counts[symbol], sum(self.counts))
        self.counts[symbol] += 2


def fixed(encoder, counts, symbol):
    encoder.encode(sum(counts[:symbol]), counts[symbol], sum(counts))


def count_table(encoder, counts):
    lengths = Adaptive(28)
    for count in counts:
        length = int(count).bit_length()
        lengths.encode(encoder, length)
        left = length - 1
        while left > 0:
            taken = min(16, left)
            encoder.encode((count >> (left - taken)) % 2**taken, 1, 2**taken)
            left -= taken


def huffman_lengths(counts):
    """Huffman's own algorithm; 255 where nothing occurs."""
    heap = [(int(count), symbol, [symbol]) for symbol, count in enumerate(counts) if count]
    lengths = [255] * len(counts)
    for _, symbol, _ in heap:
        lengths[symbol] = 0
    heapq.heapify(heap)
    while len(heap) > 1:
        (a, first, below), (b, _, beside) = heapq.heappop(heap), heapq.heappop(heap)
        for symbol in below + beside:
            lengths[symbol] += 1
        heapq.heappush(heap, (a + b, first, below + beside))
    return lengths


def words(lengths):
    """Canonical: in the order of length, then symbol."""
    word, last, found = 0, 0, {}
    for length, symbol in sorted((length, symbol) for symbol, length in enumerate(lengths) if length != 255):
        word <<= length - last
        found[symbol] = format(word, f"0{length}b") if length else ""
        word, last = word + 1, length
    return found


def to_bytes(bits):
    bits += "0" * (-len(bits) % 8)
    return bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits), 8))


def whole(value):
    out = b""
    while value >= 128:
        out, value = out + bytes([value % 128 + 128]), value // 128
    return out + bytes([value])


def text(value):
    return whole(len(value.encode())) + value.encode()


def weights(run, step, digit):
    return text(run) + whole(step) + bytes.fromhex(digit * 64)


def container(coder, levels, codes, payload, prior=b""):
    header = bytes([coder]) + text("0.0.0") + whole(8) + whole(300) + bytes([3]) + whole(len(levels))
    header += b"".join(whole(value) for level in levels for value in level)
    header += whole(len(codes)) + bytes([1]) + b"".join(text(f"Bild {item} 画") for item in range(len(codes)))
    header += weights("vq-vae-1", 70000, "a") + struct.pack("<I", zlib.crc32(codes.astype("<i4").tobytes())) + prior
    parts = [struct.pack("<I", len(part)) + part + struct.pack("<I", zlib.crc32(part)) for part in (header, payload)]
    return b"\x89TSR\r\n\x1a\n\x01" + b"".join(parts)


def exponential(x):
    if not x >= -24:
        return 0.0
    k = int(np.floor(x * 1.4426950408889634 + 0.5))
    r = x - k * float.fromhex("0x1.62e42feep-1") - k * float.fromhex("0x1.a39ef35793c76p-33")
    factorial, terms = 1, []
    for n in range(13):
        factorial *= max(n, 1)
        terms.append(1 / factorial)
    total = terms[12]
    for term in reversed(terms[:12]):
        total = term + r * total
    return total / 2.0**-k


def frequencies(logits):
    logits = [float(logit) for logit in logits]
    total = 2 ** max(16, (len(logits) - 1).bit_length() + 12)
    shares = [exponential(logit - max(logits)) for logit in logits]
    sum_ = 0.0
    for share in shares:
        sum_ += share
    found = [1 + int(share * (total - len(logits)) / sum_) for share in shares]
    found[logits.index(max(logits))] += total - sum(found)
    return found


def logits_of(symbols, position, previous):
    """Exact in float32: whole numbers over 8; every tenth symbol is impossible."""
    at = np.arange(symbols)
    return np.where(at % 10 == 9, -np.inf, ((at * 37 + position * 11 + previous * 7) % 64) / 8)


# Files of two grids, the second with two codes per place; the codes of each layer are drawn unevenly.
generator = np.random.default_rng(6)
levels, items = [(2, 3, 1, 7, 4), (4, 5, 2, 300, 8)], 9
layer_at = [0] * 6 + [1, 2] * 20
alphabets = [7, 300, 300]
codes = np.stack([np.floor(generator.random(items) ** 3 * alphabets[layer]) for layer in layer_at], 1).astype(np.int32)
layers = [[int(code) for row in codes for code, at in zip(row, layer_at) if at == layer] for layer in range(3)]
counts = [np.bincount(layer, minlength=alphabets[index]).tolist() for index, layer in enumerate(layers)]
stream = [(layer, int(code)) for row in codes for layer, code in zip(layer_at, row)]
golden["codes"] = codes

widths = [(alphabet - 1).bit_length() for alphabet in alphabets]
payloads = {"packed": to_bytes("".join(format(code, f"0{widths[layer]}b") for layer, code in stream))}

lengths = [huffman_lengths(each) for each in counts]
table = RangeEncoder()
for each in lengths:
    model = Adaptive(26)
    for length in each:
        model.encode(table, 0 if length == 255 else length + 1)
table = table.finish()
books = [words(each) for each in lengths]
payloads["huffman"] = whole(len(table)) + table + to_bytes("".join(books[layer][code] for layer, code in stream))

encoder = RangeEncoder()
for each in counts:
    count_table(encoder, each)
for layer, code in stream:
    fixed(encoder, counts[layer], code)
payloads["static"] = encoder.finish()

encoder, models = RangeEncoder(), [Adaptive(alphabet) for alphabet in alphabets]
for layer, code in stream:
    models[layer].encode(encoder, code)
payloads["adaptive"] = encoder.finish()

for number, (name, payload) in enumerate(payloads.items()):
    golden[f"{name}.tsr"] = np.frombuffer(container(number, levels, codes, payload), dtype=np.uint8)

# By a model, four items at a time, the last batch with one; no code that the model holds impossible, so each is drawn again.
order = [(position * 7 + 3) % 46 for position in range(46)]
codes = np.where(codes % 10 == 9, codes - 1, codes).astype(np.int32)
encoder, probe = RangeEncoder(), 0
for first in range(0, items, 4):
    batch = codes[first : first + 4]
    for position, place in enumerate(order):
        before = batch[:, order[position - 1]] if position else [0] * len(batch)
        for code, previous in zip(batch[:, place], before):
            shares = frequencies(logits_of(alphabets[layer_at[place]], position, int(previous)))
            fixed(encoder, shares, int(code))
            if first == 0:
                probe = zlib.crc32(np.cumsum([0, *shares]).astype("<u4").tobytes(), probe)
prior = weights("gpt-1", 900, "b") + whole(4) + whole(2) + b"".join(map(text, ["tensorflow", "2.21.0", "threads", "1"]))
prior += struct.pack("<I", probe) + bytes([1]) + b"".join(whole(item * 100) for item in range(items))
golden["prior/codes"] = codes
golden["prior.tsr"] = np.frombuffer(container(4, levels, codes, encoder.finish(), prior), dtype=np.uint8)

# The exponential, held to sixty decimal places; its bits, and frequencies of logits that are no round numbers.
decimal.getcontext().prec = 60
points = np.concatenate([-np.arange(0, 24, 0.37), [-1e-300, -1e-9, -24.0, -0.34657359027997264]])
found = np.array([exponential(float(x)) for x in points])
exact = [decimal.Decimal(float(x)).exp() for x in points]
assert max(abs(decimal.Decimal(float(a)) / b - 1) for a, b in zip(found, exact)) < 1e-15
golden |= {"exponential/x": points, "exponential/value": found}
for symbols in (2, 37, 512):
    logits = (generator.normal(size=symbols) * 4).astype(np.float32)
    golden[f"logits/{symbols}"] = logits
    golden[f"frequencies/{symbols}"] = np.array(frequencies(logits), dtype=np.int32)

# constriction's bits for codes drawn from a distribution that both are given, and of its Huffman tree for the counts.
for symbols, power, length in ((2, 3.0, 5000), (512, 1.0, 8000), (4096, 1.2, 8000)):
    probabilities = 1 / np.arange(1, symbols + 1) ** power
    probabilities /= probabilities.sum()
    drawn = generator.choice(symbols, size=length, p=probabilities).astype(np.int32)
    queue = constriction.stream.queue.RangeEncoder()
    queue.encode(drawn, constriction.stream.model.Categorical(probabilities, perfect=False))
    occurs = np.bincount(drawn, minlength=symbols)
    tree = constriction.symbol.huffman.EncoderHuffmanTree(occurs[occurs > 0].astype(np.float64))
    place = np.cumsum(occurs > 0) - 1
    symbol_coder = constriction.symbol.QueueEncoder()
    for code in drawn:
        symbol_coder.encode_symbol(int(place[code]), tree)
    golden[f"constriction/{symbols}/codes"] = drawn.astype(np.uint16)
    golden[f"constriction/{symbols}/power"] = np.array([power])
    golden[f"constriction/{symbols}/bits"] = np.array(
        [queue.num_bits(), symbol_coder.get_compressed_and_bitrate()[1]], dtype=np.int32
    )

path = pathlib.Path(__file__).parent / "golden" / "range-coding.npz"
np.savez_compressed(path, **golden)
print(path.stat().st_size, {name: value.size for name, value in golden.items() if name.endswith(".tsr")})
print({name: value.tolist() for name, value in golden.items() if name.endswith("/bits")})
