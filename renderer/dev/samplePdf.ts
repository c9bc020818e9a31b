/** A small PDF of two pages with text and lines, written by hand, for the preview. */
export function samplePdf(): Uint8Array<ArrayBuffer> {
  const lines = (title: string) =>
    `BT /F1 20 Tf 50 780 Td (${title}) Tj ET BT /F1 11 Tf 50 750 Td (Invented data. Not a person.) Tj ET 50 740 m 545 740 l S ` +
    Array.from(
      { length: 18 },
      (_, i) => `BT /F1 10 Tf 50 ${715 - i * 22} Td (Structure ${i + 1}   12.${i} +/- 0.8 Gy) Tj ET`,
    ).join(' ')
  const streams = [lines('Dose report, page 1'), lines('Dose report, page 2')]
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 >>',
    ...[5, 6].map(
      (content) =>
        `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents ${content} 0 R /Resources << /Font << /F1 7 0 R >> >> >>`,
    ),
    ...streams.map((stream) => `<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`),
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ]
  let text = '%PDF-1.4\n'
  const offsets = objects.map((object, index) => {
    const at = text.length
    text += `${index + 1} 0 obj\n${object}\nendobj\n`
    return at
  })
  const xref = text.length
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('')}`
  text += `trailer << /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${xref}\n%%EOF\n`
  return new TextEncoder().encode(text)
}
