/** A parameter file of elastix, as its manual recommends for CT of one patient (S. Klein, M. Staring, elastix manual, chapter 6). */
export function elastixParameters(transform: 'EulerTransform' | 'BSplineTransform'): string {
  const isRigid = transform === 'EulerTransform'
  return [
    '(FixedInternalImagePixelType "float")',
    '(MovingInternalImagePixelType "float")',
    '(UseDirectionCosines "true")',
    '(Registration "MultiResolutionRegistration")',
    '(FixedImagePyramid "FixedRecursiveImagePyramid")',
    '(MovingImagePyramid "MovingRecursiveImagePyramid")',
    '(Interpolator "BSplineInterpolator")',
    '(ResampleInterpolator "FinalBSplineInterpolator")',
    '(Resampler "DefaultResampler")',
    '(Optimizer "AdaptiveStochasticGradientDescent")',
    `(Transform "${transform}")`,
    '(Metric "AdvancedMattesMutualInformation")',
    '(AutomaticScalesEstimation "true")',
    ...(isRigid ? ['(AutomaticTransformInitialization "true")'] : ['(FinalGridSpacingInPhysicalUnits 24)']),
    '(HowToCombineTransforms "Compose")',
    '(NumberOfHistogramBins 32)',
    `(NumberOfResolutions ${isRigid ? 4 : 3})`,
    '(MaximumNumberOfIterations 500)',
    '(NumberOfSpatialSamples 4096)',
    '(NewSamplesEveryIteration "true")',
    '(ImageSampler "RandomCoordinate")',
    '(BSplineInterpolationOrder 1)',
    '(FinalBSplineInterpolationOrder 1)',
    '(DefaultPixelValue -1000)',
    '(WriteResultImage "false")',
    '(RandomSeed 1)',
  ].join('\n')
}
