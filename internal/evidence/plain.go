package evidence

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
)

const (
	// pdfTail is where readers look for the end mark of a PDF.
	pdfTail = 2048
	// head is where readers look for the beginning of a PDF.
	head = 1024
	// maxPixels keeps out pictures that burst when they are shown.
	maxPixels = 200_000_000

	pngSignature = "\x89PNG\r\n\x1a\n"
)

// checkPDF wants the end mark; blanks after it are left by scanners.
func checkPDF(data []byte) error {
	if len(data) < 8 || data[5] < '1' || data[5] > '2' || data[6] != '.' {
		return broken(PDF)
	}
	body := bytes.TrimRight(data, "\x00\r\n\t ")
	tail := body[max(0, len(body)-pdfTail):]
	switch {
	case hidesZip(data):
		return mixed()
	case !bytes.Contains(tail, []byte("%%EOF")) || !bytes.Contains(tail, []byte("startxref")):
		return broken(PDF)
	}
	return nil
}

// hidesPDF tells whether readers of PDF would take the content for one, although
// it begins as something else.
func hidesPDF(data []byte) bool {
	return bytes.Contains(data[:min(len(data), head)], []byte("%PDF-"))
}

// checkPNG walks the chunks: header first, checksums right, end mark last.
func checkPNG(data []byte) error {
	rest := data[len(pngSignature):]
	seen := map[string]bool{}
	for first := true; !seen["IEND"]; first = false {
		name, body, after, ok := pngChunk(rest)
		if !ok || first != (name == "IHDR") {
			return broken(PNG)
		}
		if first && !pngHeader(body) {
			return broken(PNG)
		}
		seen[name], rest = true, after
	}
	switch {
	case !seen["IDAT"]:
		return broken(PNG)
	case len(rest) > 0 || hidesPDF(data):
		return mixed()
	}
	return nil
}

// pngChunk takes the first chunk off: length, name, body and checksum.
func pngChunk(data []byte) (name string, body, rest []byte, ok bool) {
	if len(data) < 12 {
		return "", nil, nil, false
	}
	n := uint64(binary.BigEndian.Uint32(data))
	if n > uint64(len(data)-12) {
		return "", nil, nil, false
	}
	end := 8 + int(n)
	ok = crc32.ChecksumIEEE(data[4:end]) == binary.BigEndian.Uint32(data[end:])
	return string(data[4:8]), data[8:end], data[end+4:], ok
}

func pngHeader(body []byte) bool {
	return len(body) == 13 && sane(int64(binary.BigEndian.Uint32(body)), int64(binary.BigEndian.Uint32(body[4:])))
}

func sane(width, height int64) bool {
	return width > 0 && height > 0 && width <= 1<<16 && height <= 1<<16 && width*height <= maxPixels
}

// checkJPEG walks the segments: a frame with sane measures, scans, end mark.
// What telephones write after the end mark is let be, unless it is an archive.
func checkJPEG(data []byte) error {
	framed, scanned := false, false
	for i := 2; ; {
		marker, body, next, ok := jpegSegment(data, i)
		switch {
		case !ok:
			return broken(JPEG)
		case marker == 0xD9 && framed && scanned:
			if hidesZip(data) || hidesPDF(data) {
				return mixed()
			}
			return nil
		case marker == 0xD9:
			return broken(JPEG)
		case isFrame(marker):
			if len(body) < 6 || !sane(int64(binary.BigEndian.Uint16(body[3:])), int64(binary.BigEndian.Uint16(body[1:]))) {
				return broken(JPEG)
			}
			framed = true
		case marker == 0xDA:
			scanned = true
			next = skipScan(data, next)
		}
		i = next
	}
}

// isFrame tells the start-of-frame markers from tables that lie between them.
func isFrame(marker byte) bool {
	return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC
}

// jpegSegment reads the marker at i and the body that belongs to it. 0xFF may be
// repeated as padding; the end mark and a few others have no body.
func jpegSegment(data []byte, i int) (marker byte, body []byte, next int, ok bool) {
	if i >= len(data) || data[i] != 0xFF {
		return 0, nil, 0, false
	}
	for i < len(data) && data[i] == 0xFF {
		i++
	}
	if i >= len(data) {
		return 0, nil, 0, false
	}
	marker, i = data[i], i+1
	if marker == 0xD9 || marker == 0x01 || marker >= 0xD0 && marker <= 0xD8 {
		return marker, nil, i, true
	}
	if i+2 > len(data) {
		return 0, nil, 0, false
	}
	n := int(binary.BigEndian.Uint16(data[i:]))
	if n < 2 || i+n > len(data) {
		return 0, nil, 0, false
	}
	return marker, data[i+2 : i+n], i + n, true
}

// skipScan finds the next marker after compressed data, in which 0xFF stands
// before 0x00 or before a restart marker.
func skipScan(data []byte, i int) int {
	for ; i+1 < len(data); i++ {
		next := data[i+1]
		if data[i] == 0xFF && next != 0 && next != 0xFF && (next < 0xD0 || next > 0xD7) {
			return i
		}
	}
	return len(data)
}
