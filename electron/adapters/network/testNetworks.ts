/**
 * Tiny ONNX networks for tests, written as protocol buffers by hand (onnx.proto3 of the ONNX specification gives the field numbers), so that what
 * they answer is known in closed form.
 */

type Bytes = readonly number[]

export interface TestNode {
  readonly type: 'Conv' | 'Add'
  readonly inputs: readonly string[]
  readonly output: string
  /** Whole numbers, or lists of them. */
  readonly attributes?: Readonly<Record<string, number | readonly number[]>>
}

export interface TestTensor {
  readonly name: string
  readonly shape: readonly number[]
  readonly values: readonly number[]
}

export interface TestNetwork {
  readonly nodes: readonly TestNode[]
  readonly weights: readonly TestTensor[]
  /** A word stands for a size that is only known when it runs. */
  readonly input: { readonly name: string; readonly shape: readonly (number | string)[] }
  readonly output: { readonly name: string; readonly shape: readonly (number | string)[] }
}

const FLOAT = 1
const ATTRIBUTE_INT = 2
const ATTRIBUTE_INTS = 7

/** The bytes of an .onnx file. */
export function encodeOnnx({ nodes, weights, input, output }: TestNetwork): Uint8Array {
  const graph = [
    ...nodes.flatMap((node) => message(1, nodeOf(node))),
    ...text(2, 'test'),
    ...weights.flatMap((tensor) => message(5, tensorOf(tensor))),
    ...message(11, valueOf(input)),
    ...message(12, valueOf(output)),
  ]
  const opset = [...text(1, ''), ...whole(2, 17)]
  return Uint8Array.from([...whole(1, 8), ...text(2, 'theratwin-test'), ...message(7, graph), ...message(8, opset)])
}

/**
 * A 1×1×1 convolution: logits of class c = gains[c] · x + offsets[c] at each voxel.
 */
export function pointwiseNetwork(gains: readonly number[], offsets: readonly number[]): TestNetwork {
  return {
    nodes: [{ type: 'Conv', inputs: ['input', 'w', 'b'], output: 'output', attributes: { kernel_shape: [1, 1, 1] } }],
    weights: [
      { name: 'w', shape: [gains.length, 1, 1, 1, 1], values: gains },
      { name: 'b', shape: [offsets.length], values: offsets },
    ],
    input: { name: 'input', shape: [1, 1, 'z', 'y', 'x'] },
    output: { name: 'output', shape: [1, gains.length, 'z', 'y', 'x'] },
  }
}

/** A box mean over (2·radius + 1)³ voxels with zeros beyond the edge, then the logits of `pointwiseNetwork`. */
export function blurNetwork(radius: number, gains: readonly number[], offsets: readonly number[]): TestNetwork {
  const side = 2 * radius + 1
  const points = pointwiseNetwork(gains, offsets)
  const box = new Array<number>(side ** 3).fill(1 / side ** 3)
  return {
    ...points,
    nodes: [
      {
        type: 'Conv',
        inputs: ['input', 'box'],
        output: 'blurred',
        attributes: { kernel_shape: [side, side, side], pads: new Array<number>(6).fill(radius) },
      },
      ...points.nodes.map((node) => ({ ...node, inputs: ['blurred', 'w', 'b'] })),
    ],
    weights: [{ name: 'box', shape: [1, 1, side, side, side], values: box }, ...points.weights],
  }
}

function nodeOf({ type, inputs, output, attributes = {} }: TestNode): Bytes {
  return [
    ...inputs.flatMap((name) => text(1, name)),
    ...text(2, output),
    ...text(3, output),
    ...text(4, type),
    ...Object.entries(attributes).flatMap(([name, value]) => message(5, attributeOf(name, value))),
  ]
}

function attributeOf(name: string, value: number | readonly number[]): Bytes {
  return typeof value === 'number'
    ? [...text(1, name), ...whole(3, value), ...whole(20, ATTRIBUTE_INT)]
    : [...text(1, name), ...value.flatMap((n) => whole(8, n)), ...whole(20, ATTRIBUTE_INTS)]
}

function tensorOf({ name, shape, values }: TestTensor): Bytes {
  const raw = [...new Uint8Array(Float32Array.from(values).buffer)]
  return [...shape.flatMap((n) => whole(1, n)), ...whole(2, FLOAT), ...text(8, name), ...message(9, raw)]
}

function valueOf({ name, shape }: TestNetwork['input']): Bytes {
  const dimensions = shape.flatMap((n) => message(1, typeof n === 'number' ? whole(1, n) : text(2, n)))
  const tensor = [...whole(1, FLOAT), ...message(2, dimensions)]
  return [...text(1, name), ...message(2, message(1, tensor))]
}

const message = (field: number, content: Bytes): Bytes => [
  ...varint(field * 8 + 2),
  ...varint(content.length),
  ...content,
]
const text = (field: number, value: string): Bytes => message(field, [...new TextEncoder().encode(value)])
const whole = (field: number, value: number): Bytes => [...varint(field * 8), ...varint(value)]

function varint(value: number): Bytes {
  const bytes: number[] = []
  let rest = value
  while (rest >= 128) {
    bytes.push((rest % 128) + 128)
    rest = Math.floor(rest / 128)
  }
  return [...bytes, rest]
}
